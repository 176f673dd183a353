#pragma once

#include "esphome/core/component.h"

#include <cstdint>
#include <functional>
#include <string>

namespace esphome::mqtt {

/// The members of ESPHome's client that the Halcyon component uses, with the same signatures.
/// A message on the socket is: topic length and payload length (u32 little endian), QoS and
/// retain (a byte each), topic, payload. What the node has subscribed to is the test's business.
class MQTTClientComponent final : public Component {
 public:
  using Callback = std::function<void(const std::string &, const std::string &)>;

  void set_socket_path(const std::string &path) { this->path_ = path; }
  void loop() override;
  float get_setup_priority() const override { return setup_priority::AFTER_WIFI; }

  bool is_connected() { return this->socket_ >= 0; }
  bool publish(const std::string &topic, const char *payload, size_t length, uint8_t qos = 0, bool retain = false);
  void subscribe(const std::string &topic, Callback callback, uint8_t qos = 0);

 protected:
  void connect_();
  void receive_();
  void drop_();

  std::string path_;
  std::string filter_;
  std::string received_;
  Callback callback_;
  int socket_{-1};
};

/// An entity's own publisher, which publishes nothing here.
struct MQTTSensorComponent {
  template<typename Entity> explicit MQTTSensorComponent(Entity *) {}
};

}  // namespace esphome::mqtt
