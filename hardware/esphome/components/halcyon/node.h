#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "command.h"
#include "gate.h"
#include "protocol.h"
#include "radar.h"
#include "tunnel.h"

namespace esphome::halcyon {

/// Who a node is. Ids are [a-z0-9-]{1,32}; an empty room is left out of the announcement.
struct Identity {
  std::string site;
  std::string node;
  std::string room;
  std::string model;
  std::string firmware;
  uint32_t boot{0};
};

/// The air and light of a room; what is not measured is not there.
struct Ambient {
  std::optional<float> temperature;
  std::optional<float> humidity;
  std::optional<float> illuminance;
  std::optional<float> co2;
};

/// One node: bytes and time in, messages of protocol 1 out.
class Node {
 public:
  using Write = std::function<void(const std::string &)>;
  using Standby = std::function<void(bool)>;
  using Measure = std::function<Ambient()>;

  static constexpr uint32_t SAMPLE_MS = 1000;
  /// After this long without a frame the radar's last word counts no more.
  static constexpr uint32_t SILENT_MS = 10000;
  /// The radar's own start-up, and the pause that its configuration needs between commands.
  static constexpr uint32_t START_MS = 2000;
  static constexpr uint32_t COMMAND_MS = 100;

  Node(Identity identity, Publish publish) : identity_(std::move(identity)), publish_(std::move(publish)) {}

  /// `protocol` is what the announcement says; `write` sends bytes to the radar.
  void set_radar(const std::string &protocol, std::unique_ptr<Watcher> watcher, Write write);
  void set_environment(uint32_t every_ms, Measure measure);
  /// What to do when standby changes, and how it stood before the node restarted.
  void set_standby(bool standby, Standby changed);

  std::string topic(const std::string &rest) const {
    return "halcyon/1/" + this->identity_.site + '/' + this->identity_.node + '/' + rest;
  }

  /// Bytes as they were read from the radar's line.
  void on_bytes(const uint8_t *data, size_t size, const Now &now);
  /// A message on `cmd/<name>`.
  void on_command(const std::string &topic, const std::string &payload, const Now &now);
  /// What time brings; call it often, with whether the broker can be reached.
  void loop(bool connected, const Now &now);

 private:
  void announce_();
  void start_radar_(uint32_t now);
  void send_raw_(uint32_t now);
  void send_sample_(const std::string &stream, Members members, const Now &now);
  void send_finding_(const Now &now);
  void send_ambient_(const Now &now);
  /// Carries a command out; returns what is wrong with it, or nothing.
  std::string obey_(const std::string &name, const Command &command, uint32_t now);
  std::string set_rate_(const Command &command, uint32_t now);

  Identity identity_;
  Publish publish_;
  Sequences sequences_;
  bool connected_{false};
  bool announced_{false};

  std::string protocol_;
  std::unique_ptr<Watcher> watcher_;
  Write write_;
  std::vector<std::string> start_commands_;
  uint32_t started_{0};
  Gate gate_;
  Tunnel tunnel_;
  Finding finding_;
  std::optional<uint32_t> last_frame_;
  std::optional<uint32_t> last_finding_;
  std::optional<bool> told_;

  Measure measure_;
  uint32_t every_ms_{0};
  std::optional<uint32_t> last_ambient_;

  Standby standby_changed_;
};

}  // namespace esphome::halcyon
