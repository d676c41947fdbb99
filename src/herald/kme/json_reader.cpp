#include "herald/kme/json_reader.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "herald/base/codec.h"

namespace herald::kme {
namespace {

using Json = nlohmann::json;

// Builds the document while it counts. The library's own builder keeps the last of two members with one name; two
// readers that keep different ones can be played against each other, so here that is a fault.
class Builder : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(Json& document) : m_dom(document, false) {}
  std::string fault;

  bool null() override { return m_dom.null(); }
  bool boolean(bool value) override { return m_dom.boolean(value); }
  bool number_integer(number_integer_t value) override { return m_dom.number_integer(value); }
  bool number_unsigned(number_unsigned_t value) override { return m_dom.number_unsigned(value); }
  bool number_float(number_float_t value, const string_t& text) override { return m_dom.number_float(value, text); }
  bool string(string_t& value) override { return m_dom.string(value); }
  bool binary(binary_t& value) override { return m_dom.binary(value); }
  bool start_object(std::size_t elements) override {
    m_names.emplace_back();
    return deeper() && m_dom.start_object(elements);
  }
  bool key(string_t& name) override {
    if (!m_names.back().insert(name).second) return refuse(fmt::format("\"{}\" stands twice", printable(name, 64)));
    return m_dom.key(name);
  }
  bool end_object() override {
    m_names.pop_back();
    --m_depth;
    return m_dom.end_object();
  }
  bool start_array(std::size_t elements) override { return deeper() && m_dom.start_array(elements); }
  bool end_array() override {
    --m_depth;
    return m_dom.end_array();
  }
  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    return refuse(fmt::format("no JSON from byte {} on", position));
  }

 private:
  bool deeper() { return ++m_depth <= kMostNesting || refuse(fmt::format("nested deeper than {}", kMostNesting)); }
  bool refuse(std::string why) {
    fault = std::move(why);
    return false;
  }

  nlohmann::detail::json_sax_dom_parser<Json> m_dom;
  std::vector<std::set<std::string>> m_names;
  std::size_t m_depth = 0;
};

}  // namespace

Result<Json> read_json(std::string_view text) {
  Json document;
  Builder builder(document);
  if (!Json::sax_parse(text, &builder)) return fail(ErrorCode::malformed, std::move(builder.fault));
  return document;
}

}  // namespace herald::kme
