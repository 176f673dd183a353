// The node without ESPHome, behind functions that Python's ctypes can call.

#include "node.h"

#include <cstring>

using namespace esphome::halcyon;

namespace {

using Sink = void (*)(const char *topic, const char *payload, size_t size, uint8_t qos, bool retain);
using Wire = void (*)(const char *bytes, size_t size);
using Told = void (*)(bool standby);

std::unique_ptr<Watcher> make_watcher(const std::string &name) {
  if (name == "TrackingWatcher")
    return std::make_unique<TrackingWatcher>();
  if (name == "GateWatcher")
    return std::make_unique<GateWatcher>();
  if (name == "PhaseWatcher")
    return std::make_unique<PhaseWatcher>();
  if (name == "ReportWatcher")
    return std::make_unique<ReportWatcher>();
  return nullptr;
}

Now at(uint32_t ms, int64_t unix_seconds) {
  Now now{ms, {}};
  if (unix_seconds >= 0)
    now.unix_seconds = static_cast<uint32_t>(unix_seconds);
  return now;
}

}  // namespace

extern "C" {

Node *node_new(uint32_t boot, Sink sink) {
  Identity identity{"home", "bed-1", "bedroom", "a \"radar\"", "0.1.0 (test)", boot};
  return new Node(identity, [sink](const std::string &topic, const std::string &payload, uint8_t qos, bool retain) {
    sink(topic.c_str(), payload.data(), payload.size(), qos, retain);
    return true;
  });
}

bool node_radar(Node *node, const char *protocol, const char *watcher, Wire wire) {
  auto made = make_watcher(watcher);
  if (made == nullptr)
    return false;
  node->set_radar(protocol, std::move(made), [wire](const std::string &bytes) { wire(bytes.data(), bytes.size()); });
  return true;
}

/// Values in the order temperature, humidity, illuminance, CO2; what is not a number is unknown.
void node_environment(Node *node, uint32_t every_ms, const float *values) {
  node->set_environment(every_ms, [values] {
    const auto known = [values](int i) { return values[i] == values[i] ? std::optional<float>(values[i]) : std::nullopt; };
    return Ambient{known(0), known(1), known(2), known(3)};
  });
}

void node_standby(Node *node, bool standby, Told told) { node->set_standby(standby, told); }

void node_bytes(Node *node, const uint8_t *data, size_t size, uint32_t ms) { node->on_bytes(data, size, at(ms, -1)); }

void node_command(Node *node, const char *topic, const char *payload, size_t size, uint32_t ms, int64_t unix_seconds) {
  node->on_command(topic, std::string(payload, size), at(ms, unix_seconds));
}

void node_loop(Node *node, bool connected, uint32_t ms, int64_t unix_seconds) {
  node->loop(connected, at(ms, unix_seconds));
}

void node_free(Node *node) { delete node; }
}
