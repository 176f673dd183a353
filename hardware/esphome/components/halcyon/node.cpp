#include "node.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace esphome::halcyon {

static const char *const RADAR = "radar";
static const char *const ENVIRONMENT = "env";

/// Bounds of a rate that the engine may ask for: once an hour to ten times a second.
static constexpr double MIN_HZ = 1.0 / 3600.0;
static constexpr double MAX_HZ = 10.0;

static bool is_id(const std::string &text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

void Node::set_radar(const std::string &protocol, std::unique_ptr<Watcher> watcher, Write write) {
  this->protocol_ = protocol;
  this->watcher_ = std::move(watcher);
  this->write_ = std::move(write);
  this->start_commands_ = this->watcher_->start_commands();
  this->started_ = START_MS - COMMAND_MS;
}

void Node::set_environment(uint32_t every_ms, Measure measure) {
  this->every_ms_ = every_ms;
  this->measure_ = std::move(measure);
}

void Node::set_standby(bool standby, Standby changed) {
  this->gate_.set_standby(standby);
  this->standby_changed_ = std::move(changed);
}

void Node::on_bytes(const uint8_t *data, size_t size, const Now &now) {
  if (this->watcher_ == nullptr)
    return;
  if (this->watcher_->feed(data, size, &this->finding_)) {
    this->last_frame_ = now.ms;
    if (this->finding_.present.value_or(false))
      this->gate_.see(now.ms);
  }
  // After the watcher, so that the very frame that shows somebody already leaves.
  this->gate_.advance(now.ms);
  if (this->connected_ && this->gate_.is_open())
    this->tunnel_.add(data, size, now.ms);
}

void Node::loop(bool connected, const Now &now) {
  this->connected_ = connected;
  this->gate_.advance(now.ms);
  this->start_radar_(now.ms);
  if (this->last_frame_.has_value() && elapsed(now.ms, *this->last_frame_) >= SILENT_MS) {
    this->last_frame_.reset();
    this->finding_ = {};
  }
  if (!connected || !this->gate_.is_open())
    this->tunnel_.clear();
  if (!connected) {
    this->announced_ = false;
    return;
  }
  if (!this->announced_)
    this->announce_();
  this->send_raw_(now.ms);
  this->send_finding_(now);
  this->send_ambient_(now);
}

void Node::announce_() {
  Members streams;
  if (this->watcher_ != nullptr)
    streams.add(RADAR, Members().add("enc", quoted("uart")).add("proto", quoted(this->protocol_)).text());
  if (this->measure_)
    streams.add(ENVIRONMENT, Members().add("enc", quoted("json")).text());
  Members info;
  info.add("v", uint32_t{1}).add("boot", this->identity_.boot);
  info.add("fw", quoted(this->identity_.firmware)).add("model", quoted(this->identity_.model));
  if (!this->identity_.room.empty())
    info.add("room", quoted(this->identity_.room));
  info.add("streams", streams.text());
  this->announced_ = this->publish_(this->topic("info"), info.text(), 1, true);
}

void Node::start_radar_(uint32_t now) {
  if (this->start_commands_.empty() || elapsed(now, this->started_) < COMMAND_MS || now < START_MS)
    return;
  this->write_(this->start_commands_.front());
  this->start_commands_.erase(this->start_commands_.begin());
  this->started_ = now;
}

void Node::send_raw_(uint32_t now) {
  while (this->tunnel_.is_due(now)) {
    const std::string topic = this->topic(std::string("raw/") + RADAR);
    const std::string chunk = this->tunnel_.take(now);
    this->publish_(
        topic, raw_payload(this->identity_.boot, this->sequences_.next(topic), this->tunnel_.last_ms(), chunk), 0,
        false);
  }
}

void Node::send_sample_(const std::string &stream, Members members, const Now &now) {
  const std::string topic = this->topic("s/" + stream);
  members.add("n", this->sequences_.next(topic)).add("b", this->identity_.boot).add("ms", now.ms);
  if (now.unix_seconds.has_value())
    members.add("t", *now.unix_seconds);
  this->publish_(topic, members.text(), 0, false);
}

void Node::send_finding_(const Now &now) {
  if (this->watcher_ == nullptr || this->gate_.standby() || !this->finding_.present.has_value())
    return;
  const bool changed = this->told_ != this->finding_.present;
  if (!changed && this->last_finding_.has_value() && elapsed(now.ms, *this->last_finding_) < SAMPLE_MS)
    return;
  const bool present = *this->finding_.present;
  this->told_ = present;
  this->last_finding_ = now.ms;
  Members members;
  members.add("presence", present);
  if (present)
    members.add("rr", this->finding_.respiration, 1).add("hr", this->finding_.heart, 1);
  this->send_sample_(RADAR, members, now);
}

void Node::send_ambient_(const Now &now) {
  if (!this->measure_ || this->every_ms_ == 0)
    return;
  if (this->last_ambient_.has_value() && elapsed(now.ms, *this->last_ambient_) < this->every_ms_)
    return;
  const Ambient ambient = this->measure_();
  Members members;
  members.add("temp", ambient.temperature, 2).add("rh", ambient.humidity, 1);
  members.add("lux", ambient.illuminance, 1).add("co2", ambient.co2, 0);
  if (members.text() == "{}")
    return;
  this->last_ambient_ = now.ms;
  this->send_sample_(ENVIRONMENT, members, now);
}

void Node::on_command(const std::string &topic, const std::string &payload, const Now &now) {
  const std::string prefix = this->topic("cmd/");
  if (topic.compare(0, prefix.size(), prefix) != 0 || !is_id(topic.substr(prefix.size())))
    return;
  const std::string name = topic.substr(prefix.size());
  const std::optional<Command> command = CommandReader::read(payload);
  std::string error;
  if (!command.has_value()) {
    error = "the payload is not a JSON object";
  } else if (command->id.empty()) {
    error = "the command has no id";
  } else if (command->expires.has_value() && now.unix_seconds.has_value() && *command->expires < *now.unix_seconds) {
    error = "the command has expired";
  } else {
    error = this->obey_(name, *command, now.ms);
  }
  const std::string id = command.has_value() && !command->id.empty() ? '"' + command->id + '"' : "null";
  this->publish_(this->topic("ack/" + name),
                 Members()
                     .add("id", id)
                     .add("ok", error.empty())
                     .add("error", error.empty() ? std::string("null") : quoted(error))
                     .text(),
                 1, false);
}

std::string Node::obey_(const std::string &name, const Command &command, uint32_t now) {
  if (name == "rebirth") {
    this->announce_();
    return "";
  }
  if (name == "rate")
    return this->set_rate_(command, now);
  if (name != "standby")
    return "this node does not know the command";
  if (!command.on.has_value())
    return "standby needs on: true or false";
  if (*command.on != this->gate_.standby()) {
    this->gate_.set_standby(*command.on);
    if (this->standby_changed_)
      this->standby_changed_(*command.on);
  }
  return "";
}

std::string Node::set_rate_(const Command &command, uint32_t now) {
  if (!command.hz.has_value() || !(*command.hz >= 0) || std::isinf(*command.hz))
    return "rate needs hz: 0 or more";
  const double hz = *command.hz;
  if (command.stream == RADAR && this->watcher_ != nullptr) {
    // The radar sets the pace; what can be asked for is that its bytes leave.
    if (hz > 0) {
      this->gate_.request(now);
    } else {
      this->gate_.withdraw();
    }
    return "";
  }
  if (command.stream == ENVIRONMENT && this->measure_) {
    this->every_ms_ = hz == 0 ? 0 : static_cast<uint32_t>(1000.0 / std::clamp(hz, MIN_HZ, MAX_HZ));
    return "";
  }
  return "this node has no such stream";
}

}  // namespace esphome::halcyon
