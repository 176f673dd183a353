#pragma once

// Protocol 1 of Halcyon nodes: topics, numbering and payloads.
//
// Nothing in this file, nor in any other of this folder but halcyon.h and halcyon.cpp, knows of
// ESPHome: the tests compile them on the machine they run on and read every byte.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace esphome::halcyon {

/// The time of one step: uptime, which wraps after 49 days, and unix seconds where they are known.
struct Now {
  uint32_t ms;
  std::optional<uint32_t> unix_seconds;
};

/// Hands a message to the broker: topic, payload, QoS, retain. False where it could not be sent.
using Publish = std::function<bool(const std::string &, const std::string &, uint8_t, bool)>;

/// Milliseconds from `then` to `now`, right across the wrap of the counter.
inline uint32_t elapsed(uint32_t now, uint32_t then) { return now - then; }

/// The text as a JSON string, quotes included. Bytes from 0x80 pass as they are.
inline std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// Builds a JSON object. Values arrive as JSON already, so that nothing is quoted twice.
class Members {
 public:
  Members &add(const char *key, const std::string &json) {
    this->text_ += this->text_.empty() ? "{" : ",";
    this->text_ += quoted(key) + ':' + json;
    return *this;
  }
  Members &add(const char *key, uint32_t value) { return this->add(key, std::to_string(value)); }
  Members &add(const char *key, bool value) {
    return this->add(key, std::string(value ? "true" : "false"));
  }
  /// A number with this many decimals; left out where it is unknown, because 0 would be a value.
  Members &add(const char *key, const std::optional<float> &value, int decimals) {
    if (!value.has_value())
      return *this;
    char number[32];
    std::snprintf(number, sizeof(number), "%.*f", decimals, static_cast<double>(*value));
    return this->add(key, std::string(number));
  }
  std::string text() const { return this->text_.empty() ? "{}" : this->text_ + '}'; }

 private:
  std::string text_;
};

/// Counts messages from 0 for every topic of one boot.
class Sequences {
 public:
  uint32_t next(const std::string &topic) { return this->counts_[topic]++; }

 private:
  std::map<std::string, uint32_t> counts_;
};

inline void append_u32(std::string &out, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8)
    out += static_cast<char>((value >> shift) & 0xFF);
}

/// The payload of raw/<stream>: "HN01", boot, sequence, uptime of the last byte, then the bytes.
inline std::string raw_payload(uint32_t boot, uint32_t seq, uint32_t ms, const std::string &bytes) {
  std::string out = "HN01";
  append_u32(out, boot);
  append_u32(out, seq);
  append_u32(out, ms);
  return out + bytes;
}

}  // namespace esphome::halcyon
