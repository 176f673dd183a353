#pragma once

// Watches a radar's bytes for as much as the node itself must know: is somebody there, and the
// rates that go into the slow samples. Everything else is parsed by the engine.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace esphome::halcyon {

/// What a radar says itself. Nothing is unknown, never 0.
struct Finding {
  std::optional<bool> present;
  std::optional<float> respiration;
  std::optional<float> heart;
};

/// Looks for one family's frames in a stream of bytes.
class Watcher {
 public:
  virtual ~Watcher() = default;

  /// Takes bytes as they come; true where they completed a valid frame.
  bool feed(const uint8_t *data, size_t size, Finding *finding) {
    bool any = false;
    for (size_t i = 0; i < size; i++) {
      this->frame_ += static_cast<char>(data[i]);
      any |= this->advance_(finding);
    }
    return any;
  }

  /// What the radar must be told after it started, one command a piece.
  virtual std::vector<std::string> start_commands() const { return {}; }

 protected:
  /// The length of the frame that begins at byte 0 as far as it can be told: 0 where it is still
  /// unknown, negative where no frame begins there.
  virtual int length_() const = 0;
  /// Reads a frame of that length; false where its checksum or end is wrong.
  virtual bool read_(Finding *finding) const = 0;

  uint8_t byte_(size_t i) const { return static_cast<uint8_t>(this->frame_[i]); }
  size_t size_() const { return this->frame_.size(); }
  uint16_t big_u16_(size_t i) const { return static_cast<uint16_t>(this->byte_(i) << 8 | this->byte_(i + 1)); }
  uint16_t little_u16_(size_t i) const { return static_cast<uint16_t>(this->byte_(i + 1) << 8 | this->byte_(i)); }
  /// Whether what has arrived agrees with these first bytes of a frame.
  bool begins_(const char *magic, size_t size) const {
    return this->frame_.compare(0, std::min(size, this->size_()), magic, std::min(size, this->size_())) == 0;
  }

  std::string frame_;

 private:
  bool advance_(Finding *finding) {
    bool any = false;
    while (!this->frame_.empty()) {
      const int length = this->length_();
      if (length == 0 || (length > 0 && this->size_() < static_cast<size_t>(length)))
        break;
      if (length > 0 && this->read_(finding)) {
        this->frame_.erase(0, static_cast<size_t>(length));
        any = true;
      } else {
        this->frame_.erase(0, 1);  // no frame begins here; one may begin at the next byte
      }
    }
    return any;
  }
};

/// LD2450 and RD-03D: AA FF 03 00, three targets of 8 bytes, 55 CC.
class TrackingWatcher final : public Watcher {
 protected:
  int length_() const override { return this->begins_("\xAA\xFF\x03\x00", 4) ? 30 : -1; }
  bool read_(Finding *finding) const override {
    if (this->byte_(28) != 0x55 || this->byte_(29) != 0xCC)
      return false;
    bool present = false;
    for (size_t slot = 4; slot < 28; slot += 8) {
      // A slot that tracks nothing has no resolution, but may keep an old place.
      present |= this->little_u16_(slot + 6) != 0;
    }
    finding->present = present;
    return true;
  }
};

/// LD2410 and LD2412: F4 F3 F2 F1, length, type, AA, state, …, 55, check, F8 F7 F6 F5.
class GateWatcher final : public Watcher {
 public:
  /// Engineering mode, which adds the energy of every range gate: open the configuration, set,
  /// close. The radar forgets it when it loses power.
  std::vector<std::string> start_commands() const override {
    return {command_({'\xFF', 0, 1, 0}), command_({'\x62', 0}), command_({'\xFE', 0})};
  }

 protected:
  static constexpr int LONGEST = 128;  // an engineering frame of the LD2412 has 64 bytes

  int length_() const override {
    if (!this->begins_("\xF4\xF3\xF2\xF1", 4))
      return -1;
    if (this->size_() < 6)
      return 0;
    const int length = 4 + 2 + this->little_u16_(4) + 4;
    return length >= 13 && length <= LONGEST ? length : -1;
  }
  bool read_(Finding *finding) const override {
    static const std::string END = "\xF8\xF7\xF6\xF5";
    const size_t end = 6 + this->little_u16_(4);
    if (this->frame_.compare(end, 4, END) != 0 || this->byte_(7) != 0xAA || this->byte_(end - 2) != 0x55)
      return false;
    finding->present = (this->byte_(8) & 0x03) != 0;
    return true;
  }

 private:
  static std::string command_(const std::string &word) {
    std::string out = "\xFD\xFC\xFB\xFA";
    out += static_cast<char>(word.size());
    out += '\0';
    return out + word + "\x04\x03\x02\x01";
  }
};

/// MR60BHA2: 01, id, length, type (big endian), check of the header, data (little endian), check.
/// A frame without data has no second check.
class PhaseWatcher final : public Watcher {
 protected:
  static constexpr int LONGEST = 1024;  // a point cloud; a longer length is a false start
  static constexpr uint16_t PRESENCE = 0x0F09;
  static constexpr uint16_t RESPIRATION = 0x0A14;
  static constexpr uint16_t HEART = 0x0A15;

  int length_() const override {
    if (this->byte_(0) != 0x01)
      return -1;
    if (this->size_() < 8)
      return 0;
    const uint16_t size = this->big_u16_(3);
    const int length = 8 + size + (size > 0 ? 1 : 0);
    return this->check_(0, 7) == this->byte_(7) && length <= LONGEST ? length : -1;
  }
  bool read_(Finding *finding) const override {
    const size_t size = this->big_u16_(3);
    if (size > 0 && this->check_(8, size) != this->byte_(8 + size))
      return false;
    switch (this->big_u16_(5)) {
      case PRESENCE:
        if (size >= 2)
          finding->present = this->little_u16_(8) != 0;
        break;
      case RESPIRATION:
        if (size >= 4)
          finding->respiration = this->rate_(8);
        break;
      case HEART:
        if (size >= 4)
          finding->heart = this->rate_(8);
        break;
      default:
        break;
    }
    return true;
  }

 private:
  uint8_t check_(size_t start, size_t size) const {
    uint8_t sum = 0;
    for (size_t i = start; i < start + size; i++)
      sum ^= this->byte_(i);
    return static_cast<uint8_t>(~sum);
  }
  /// A rate per minute; the radar writes 0 for "nobody in range", and noise is no rate either.
  std::optional<float> rate_(size_t i) const {
    const uint32_t bits = static_cast<uint32_t>(this->little_u16_(i + 2)) << 16 | this->little_u16_(i);
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    if (value > 0 && value < 300)
      return value;
    return {};
  }
};

/// C1001, R60ABD1 and MR60BHA1: 53 59, control, command, length, data, sum, 54 43.
class ReportWatcher final : public Watcher {
 public:
  /// Switches on presence, breathing, its waveform, the heart rate and the bed.
  std::vector<std::string> start_commands() const override {
    return {switch_on_(0x80, 0x00), switch_on_(0x81, 0x00), switch_on_(0x81, 0x0C),
            switch_on_(0x85, 0x00), switch_on_(0x84, 0x00)};
  }

 protected:
  static constexpr int LONGEST = 128;

  int length_() const override {
    if (!this->begins_("\x53\x59", 2))
      return -1;
    if (this->size_() < 6)
      return 0;
    const int length = 6 + this->big_u16_(4) + 3;
    return length <= LONGEST ? length : -1;
  }
  bool read_(Finding *finding) const override {
    const size_t size = this->big_u16_(4);
    uint8_t sum = 0;
    for (size_t i = 0; i < 6 + size; i++)
      sum = static_cast<uint8_t>(sum + this->byte_(i));
    if (this->byte_(6 + size) != sum || this->byte_(7 + size) != 0x54 || this->byte_(8 + size) != 0x43)
      return false;
    if (size != 1)
      return true;
    const uint8_t value = this->byte_(6);
    switch (this->big_u16_(2)) {
      case 0x8001:
      case 0x8081:  // the answer to a question after presence
        finding->present = value != 0;
        break;
      case 0x8102:
        finding->respiration = value == 0 ? std::optional<float>() : static_cast<float>(value);
        break;
      case 0x8502:
        finding->heart = value == 0 ? std::optional<float>() : static_cast<float>(value);
        break;
      default:
        break;
    }
    return true;
  }

 private:
  static std::string switch_on_(uint8_t control, uint8_t command) {
    std::string out = "\x53\x59";
    for (const uint8_t byte : std::array<uint8_t, 5>{control, command, 0, 1, 1})
      out += static_cast<char>(byte);
    uint8_t sum = 0;
    for (const char byte : out)
      sum = static_cast<uint8_t>(sum + static_cast<uint8_t>(byte));
    out += static_cast<char>(sum);
    return out + "\x54\x43";
  }
};

}  // namespace esphome::halcyon
