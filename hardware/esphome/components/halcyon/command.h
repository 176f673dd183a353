#pragma once

// Reads what the engine asks of a node: one flat JSON object.
//
// ESPHome's own JSON library is downloaded with the toolchain. These few lines replace it, so
// that the whole node also compiles and is tested where nothing can be downloaded.

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

namespace esphome::halcyon {

/// The keys of a command that a node of this kind knows; unknown keys are skipped.
struct Command {
  std::string id;      ///< JSON text between the quotes, so that it returns exactly as it came
  std::string stream;  ///< likewise
  std::optional<double> expires;
  std::optional<double> hz;
  std::optional<bool> on;
};

class CommandReader {
 public:
  /// The command, or nothing where the text is not a JSON object.
  static std::optional<Command> read(const std::string &text) {
    if (text.size() > MAX_BYTES)
      return {};
    CommandReader reader(text);
    Command command;
    if (!reader.object_(&command, 0))
      return {};
    reader.blank_();
    if (reader.at_ != text.size())
      return {};
    return command;
  }

 private:
  static constexpr size_t MAX_BYTES = 4096;  // the protocol's limit for cmd
  static constexpr int MAX_DEPTH = 4;        // what is deeper is not from us, and the stack is small

  struct Value {
    enum Kind { OTHER, TEXT, NUMBER, FLAG } kind{OTHER};
    std::string text;
    double number{0};
    bool flag{false};
  };

  explicit CommandReader(const std::string &text) : text_(text) {}

  char peek_() const { return this->at_ < this->text_.size() ? this->text_[this->at_] : '\0'; }
  bool take_(char c) {
    if (this->peek_() != c)
      return false;
    this->at_++;
    return true;
  }
  void blank_() {
    while (this->peek_() == ' ' || this->peek_() == '\t' || this->peek_() == '\n' || this->peek_() == '\r')
      this->at_++;
  }
  bool word_(const char *word) {
    const std::string wanted(word);
    if (this->text_.compare(this->at_, wanted.size(), wanted) != 0)
      return false;
    this->at_ += wanted.size();
    return true;
  }

  bool object_(Command *command, int depth) {
    this->blank_();
    if (depth >= MAX_DEPTH || !this->take_('{'))
      return false;
    this->blank_();
    if (this->take_('}'))
      return true;
    do {
      std::string key;
      Value value;
      this->blank_();
      if (!this->string_(&key))
        return false;
      this->blank_();
      if (!this->take_(':') || !this->value_(&value, depth))
        return false;
      if (command != nullptr)
        keep(command, key, value);
      this->blank_();
    } while (this->take_(','));
    return this->take_('}');
  }

  static void keep(Command *command, const std::string &key, const Value &value) {
    if (key == "id" && value.kind == Value::TEXT)
      command->id = value.text;
    if (key == "stream" && value.kind == Value::TEXT)
      command->stream = value.text;
    if (key == "expires" && value.kind == Value::NUMBER)
      command->expires = value.number;
    if (key == "hz" && value.kind == Value::NUMBER)
      command->hz = value.number;
    if (key == "on" && value.kind == Value::FLAG)
      command->on = value.flag;
  }

  bool list_(int depth) {
    if (depth >= MAX_DEPTH || !this->take_('['))
      return false;
    this->blank_();
    if (this->take_(']'))
      return true;
    do {
      Value ignored;
      if (!this->value_(&ignored, depth))
        return false;
      this->blank_();
    } while (this->take_(','));
    return this->take_(']');
  }

  bool value_(Value *value, int depth) {
    this->blank_();
    switch (this->peek_()) {
      case '{':
        return this->object_(nullptr, depth + 1);
      case '[':
        return this->list_(depth + 1);
      case '"':
        value->kind = Value::TEXT;
        return this->string_(&value->text);
      case 't':
      case 'f':
        value->kind = Value::FLAG;
        value->flag = this->peek_() == 't';
        return this->word_(value->flag ? "true" : "false");
      case 'n':
        return this->word_("null");
      default:
        value->kind = Value::NUMBER;
        return this->number_(&value->number);
    }
  }

  /// The text between the quotes as it stands; escapes are checked, not resolved.
  bool string_(std::string *out) {
    if (!this->take_('"'))
      return false;
    while (this->at_ < this->text_.size()) {
      const char c = this->text_[this->at_++];
      if (c == '"')
        return true;
      if (static_cast<unsigned char>(c) < 0x20)
        return false;
      *out += c;
      if (c == '\\' && !this->escape_(out))
        return false;
    }
    return false;
  }

  bool escape_(std::string *out) {
    static const std::string SIMPLE = "\"\\/bfnrt";
    const char c = this->peek_();
    if (SIMPLE.find(c) == std::string::npos && c != 'u')
      return false;
    const size_t length = c == 'u' ? 5 : 1;
    if (this->at_ + length > this->text_.size())
      return false;
    for (size_t i = 1; i < length; i++) {
      if (!is_hex(this->text_[this->at_ + i]))
        return false;
    }
    *out += this->text_.substr(this->at_, length);
    this->at_ += length;
    return true;
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

  bool digits_() {
    const size_t start = this->at_;
    while (is_digit(this->peek_()))
      this->at_++;
    return this->at_ > start;
  }

  bool number_(double *out) {
    const size_t start = this->at_;
    this->take_('-');
    if (!this->take_('0') && !this->digits_())
      return false;
    if (this->take_('.') && !this->digits_())
      return false;
    if (this->take_('e') || this->take_('E')) {
      if (!this->take_('+'))
        this->take_('-');
      if (!this->digits_())
        return false;
    }
    *out = std::strtod(this->text_.substr(start, this->at_ - start).c_str(), nullptr);
    return true;
  }

  const std::string &text_;
  size_t at_{0};
};

}  // namespace esphome::halcyon
