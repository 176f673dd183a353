#pragma once

#include "esphome/components/mqtt/mqtt_client.h"
#include "esphome/core/component.h"
#include "esphome/core/defines.h"
#include "esphome/core/preferences.h"
#ifdef USE_HALCYON_RADAR
#include "esphome/components/uart/uart_component.h"
#endif
#ifdef USE_HALCYON_ENVIRONMENT
#include "esphome/components/sensor/sensor.h"
#endif
#ifdef USE_HALCYON_TIME
#include "esphome/components/time/real_time_clock.h"
#endif

#include <memory>
#include <string>

#include "node.h"

namespace esphome::halcyon {

/// Carries bytes, time and messages between ESPHome and a Node, and decides nothing itself.
class HalcyonComponent final : public Component {
 public:
  void setup() override;
  void loop() override;
  void dump_config() override;
  float get_setup_priority() const override { return setup_priority::AFTER_CONNECTION; }

  void set_mqtt(mqtt::MQTTClientComponent *mqtt) { this->mqtt_ = mqtt; }
  void set_identity(const char *site, const char *node, const char *room, const char *model, const char *firmware) {
    this->identity_ = Identity{site, node, room, model, firmware, 0};
  }
#ifdef USE_HALCYON_TIME
  void set_time(time::RealTimeClock *time) { this->time_ = time; }
#endif
#ifdef USE_HALCYON_RADAR
  void set_radar(uart::UARTComponent *uart, const char *protocol, Watcher *watcher) {
    this->uart_ = uart;
    this->protocol_ = protocol;
    this->watcher_.reset(watcher);
  }
#endif
#ifdef USE_HALCYON_ENVIRONMENT
  void set_environment_interval(uint32_t every_ms) { this->every_ms_ = every_ms; }
  void set_temperature(sensor::Sensor *sensor) { this->temperature_ = sensor; }
  void set_humidity(sensor::Sensor *sensor) { this->humidity_ = sensor; }
  void set_illuminance(sensor::Sensor *sensor) { this->illuminance_ = sensor; }
  void set_co2(sensor::Sensor *sensor) { this->co2_ = sensor; }
#endif

 protected:
  Now now_() const;

  mqtt::MQTTClientComponent *mqtt_{nullptr};
  Identity identity_;
  std::unique_ptr<Node> node_;
  ESPPreferenceObject standby_;
#ifdef USE_HALCYON_TIME
  time::RealTimeClock *time_{nullptr};
#endif
#ifdef USE_HALCYON_RADAR
  uart::UARTComponent *uart_{nullptr};
  std::string protocol_;
  std::unique_ptr<Watcher> watcher_;
#endif
#ifdef USE_HALCYON_ENVIRONMENT
  uint32_t every_ms_{0};
  sensor::Sensor *temperature_{nullptr};
  sensor::Sensor *humidity_{nullptr};
  sensor::Sensor *illuminance_{nullptr};
  sensor::Sensor *co2_{nullptr};
#endif
};

}  // namespace esphome::halcyon
