#pragma once

#include <cstdint>
#include <string>

#include "protocol.h"

namespace esphome::halcyon {

/// Cuts the bytes of a serial line into chunks, one for every burst of the radar where it can.
class Tunnel {
 public:
  /// A pause this long ends a burst: at 115200 baud it is the time of 115 bytes, and radars that
  /// report ten times a second pause for most of 100 ms.
  static constexpr uint32_t QUIET_MS = 10;
  /// A radar that never pauses is cut here, so that bytes are never older than this.
  static constexpr uint32_t OLDEST_MS = 100;
  /// At most 20 chunks a second, well under what the engine takes for a flood.
  static constexpr uint32_t APART_MS = 50;
  /// With the header half of the protocol's limit of 2 KiB.
  static constexpr size_t MAX_BYTES = 1008;

  void add(const uint8_t *data, size_t size, uint32_t now) {
    if (this->bytes_.empty())
      this->first_ = now;
    this->bytes_.append(reinterpret_cast<const char *>(data), size);
    this->last_ = now;
  }

  bool is_due(uint32_t now) const {
    if (this->bytes_.empty())
      return false;
    if (this->bytes_.size() >= MAX_BYTES)
      return true;
    const bool burst_ended = elapsed(now, this->last_) >= QUIET_MS;
    const bool too_old = elapsed(now, this->first_) >= OLDEST_MS;
    return (burst_ended || too_old) && elapsed(now, this->sent_) >= APART_MS;
  }

  /// Takes at most MAX_BYTES out; what is left is due at once where it is as long again.
  std::string take(uint32_t now) {
    std::string chunk = this->bytes_.substr(0, MAX_BYTES);
    this->bytes_.erase(0, MAX_BYTES);
    this->first_ = this->last_;
    this->sent_ = now;
    return chunk;
  }

  /// Forgets what has not left.
  void clear() { this->bytes_.clear(); }

  /// Uptime at which the last byte was read from the line.
  uint32_t last_ms() const { return this->last_; }

 private:
  std::string bytes_;
  uint32_t first_{0};
  uint32_t last_{0};
  uint32_t sent_{0};
};

}  // namespace esphome::halcyon
