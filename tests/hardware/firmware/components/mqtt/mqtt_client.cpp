#include "mqtt_client.h"

#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace esphome::mqtt {

static constexpr size_t HEADER = 10;

void MQTTClientComponent::loop() {
  if (this->socket_ < 0)
    this->connect_();
  else
    this->receive_();
}

void MQTTClientComponent::connect_() {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, this->path_.c_str(), sizeof(address.sun_path) - 1);
  if (::connect(fd, reinterpret_cast<sockaddr *>(&address), sizeof(address)) != 0) {
    ::close(fd);
    return;
  }
  this->socket_ = fd;
  this->received_.clear();
  // Says what the node listens to, and thereby that it is there.
  this->publish("$subscribe", this->filter_.data(), this->filter_.size());
}

void MQTTClientComponent::drop_() {
  ::close(this->socket_);
  this->socket_ = -1;
}

bool MQTTClientComponent::publish(const std::string &topic, const char *payload, size_t length, uint8_t qos,
                                  bool retain) {
  if (this->socket_ < 0)
    return false;
  const uint32_t lengths[2] = {static_cast<uint32_t>(topic.size()), static_cast<uint32_t>(length)};
  std::string message(reinterpret_cast<const char *>(lengths), sizeof(lengths));
  message += static_cast<char>(qos);
  message += static_cast<char>(retain);
  message += topic;
  message.append(payload, length);
  if (::send(this->socket_, message.data(), message.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(message.size()))
    return true;
  this->drop_();
  return false;
}

void MQTTClientComponent::subscribe(const std::string &topic, Callback callback, uint8_t) {
  this->filter_ = topic;
  this->callback_ = std::move(callback);
}

void MQTTClientComponent::receive_() {
  char buffer[1024];
  const ssize_t size = ::recv(this->socket_, buffer, sizeof(buffer), MSG_DONTWAIT);
  if (size == 0)
    return this->drop_();
  if (size > 0)
    this->received_.append(buffer, static_cast<size_t>(size));
  while (this->received_.size() >= HEADER) {
    uint32_t lengths[2];
    std::memcpy(lengths, this->received_.data(), sizeof(lengths));
    const size_t total = HEADER + lengths[0] + lengths[1];
    if (this->received_.size() < total)
      return;
    const std::string message = this->received_.substr(HEADER, total - HEADER);
    this->received_.erase(0, total);
    this->callback_(message.substr(0, lengths[0]), message.substr(lengths[0]));
  }
}

}  // namespace esphome::mqtt
