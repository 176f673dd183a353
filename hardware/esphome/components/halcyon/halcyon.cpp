#include "halcyon.h"

#include "esphome/core/hal.h"
#include "esphome/core/helpers.h"
#include "esphome/core/log.h"

#include <algorithm>
#include <cmath>

namespace esphome::halcyon {

static const char *const TAG = "halcyon";

#ifdef USE_HALCYON_ENVIRONMENT
static std::optional<float> value_of(const sensor::Sensor *sensor) {
  if (sensor == nullptr || !sensor->has_state() || !std::isfinite(sensor->state))
    return {};
  return sensor->state;
}
#endif

void HalcyonComponent::setup() {
  this->identity_.boot = random_uint32();
  this->node_ = std::make_unique<Node>(
      this->identity_, [this](const std::string &topic, const std::string &payload, uint8_t qos, bool retain) {
        return this->mqtt_->publish(topic, payload.data(), payload.size(), qos, retain);
      });

  // Standby outlives a power cut: a room that was told to rest must not wake by itself.
  bool standby = false;
  this->standby_ = global_preferences->make_preference<bool>(fnv1_hash("halcyon_standby"));
  this->standby_.load(&standby);
  this->node_->set_standby(standby, [this](bool changed) {
    this->standby_.save(&changed);
    global_preferences->sync();
  });

#ifdef USE_HALCYON_RADAR
  this->node_->set_radar(this->protocol_, std::move(this->watcher_), [this](const std::string &bytes) {
    this->uart_->write_array(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size());
  });
#endif
#ifdef USE_HALCYON_ENVIRONMENT
  this->node_->set_environment(this->every_ms_, [this] {
    return Ambient{value_of(this->temperature_), value_of(this->humidity_), value_of(this->illuminance_),
                   value_of(this->co2_)};
  });
#endif

  this->mqtt_->subscribe(
      this->node_->topic("cmd/+"),
      [this](const std::string &topic, const std::string &payload) {
        this->node_->on_command(topic, payload, this->now_());
      },
      1);
}

void HalcyonComponent::loop() {
  const Now now = this->now_();
#ifdef USE_HALCYON_RADAR
  uint8_t buffer[128];
  size_t left = this->uart_->available();
  while (left > 0) {
    const size_t size = std::min(left, sizeof(buffer));
    if (!this->uart_->read_array(buffer, size))
      break;
    this->node_->on_bytes(buffer, size, now);
    left -= size;
  }
#endif
  this->node_->loop(this->mqtt_->is_connected(), now);
}

void HalcyonComponent::dump_config() {
  ESP_LOGCONFIG(TAG, "Halcyon node %s of site %s, room '%s'", this->identity_.node.c_str(),
                this->identity_.site.c_str(), this->identity_.room.c_str());
#ifdef USE_HALCYON_RADAR
  ESP_LOGCONFIG(TAG, "  Radar: %s", this->protocol_.c_str());
#endif
#ifdef USE_HALCYON_ENVIRONMENT
  ESP_LOGCONFIG(TAG, "  Environment every %u ms", static_cast<unsigned>(this->every_ms_));
#endif
}

Now HalcyonComponent::now_() const {
  Now now{millis(), {}};
#ifdef USE_HALCYON_TIME
  if (this->time_->utcnow().is_valid())
    now.unix_seconds = static_cast<uint32_t>(this->time_->timestamp_now());
#endif
  return now;
}

}  // namespace esphome::halcyon
