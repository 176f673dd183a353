#pragma once

#include <cstdint>
#include <optional>

#include "protocol.h"

namespace esphome::halcyon {

/// Decides whether raw bytes may leave the node.
///
/// Nothing raw leaves before somebody is there. The gate opens when the radar sees somebody, or
/// when the engine asks, and closes a hold after the last of either. Standby shuts it whatever
/// the radar sees; mute does so for the raw stream alone.
class Gate {
 public:
  /// Long enough for a radar that loses a still person for a moment, short enough for privacy.
  static constexpr uint32_t HOLD_MS = 60000;

  void open(uint32_t now) { this->last_ = now; }
  void set_standby(bool standby) {
    this->standby_ = standby;
    this->last_.reset();
  }
  void set_muted(bool muted) { this->muted_ = muted; }

  bool standby() const { return this->standby_; }

  /// Lets time pass; called often, so that the wrap of the uptime opens nothing.
  void advance(uint32_t now) {
    if (this->last_.has_value() && elapsed(now, *this->last_) >= HOLD_MS)
      this->last_.reset();
  }
  /// Whether raw bytes may leave.
  bool is_open() const { return this->last_.has_value() && !this->standby_ && !this->muted_; }

 private:
  std::optional<uint32_t> last_;
  bool standby_{false};
  bool muted_{false};
};

}  // namespace esphome::halcyon
