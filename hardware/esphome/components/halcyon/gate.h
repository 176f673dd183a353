#pragma once

#include <cstdint>
#include <optional>

#include "protocol.h"

namespace esphome::halcyon {

/// Decides whether raw bytes may leave the node.
///
/// Nothing raw leaves before somebody is there. The gate is open for a hold after the radar last
/// saw somebody, and for a hold after the engine last asked: it may know of somebody whom this
/// radar has lost. Standby shuts it whatever else.
class Gate {
 public:
  /// Long enough for a radar that loses a still person for a moment, short enough for privacy.
  static constexpr uint32_t HOLD_MS = 60000;

  void see(uint32_t now) { this->seen_ = now; }
  void request(uint32_t now) { this->requested_ = now; }
  void withdraw() { this->requested_.reset(); }
  void set_standby(bool standby) {
    this->standby_ = standby;
    this->seen_.reset();
    this->requested_.reset();
  }

  bool standby() const { return this->standby_; }

  /// Lets time pass; called often, so that the wrap of the uptime opens nothing.
  void advance(uint32_t now) {
    for (std::optional<uint32_t> *since : {&this->seen_, &this->requested_}) {
      if (since->has_value() && elapsed(now, **since) >= HOLD_MS)
        since->reset();
    }
  }
  /// Whether raw bytes may leave.
  bool is_open() const { return (this->seen_.has_value() || this->requested_.has_value()) && !this->standby_; }

 private:
  std::optional<uint32_t> seen_;
  std::optional<uint32_t> requested_;
  bool standby_{false};
};

}  // namespace esphome::halcyon
