#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/scenario/schema/codec.hpp"
#include "engine/scenario/schema/key_info.hpp"
#include "engine/scenario/schema/path.hpp"
#include "engine/scenario/schema/value.hpp"

namespace equipoise {

/// Things that a file names freely, in the order of the file: [endpoint.pain_severity], [endpoint.function].
template <class T>
struct ByName {
  struct Item {
    std::string name;
    Place place;  // of the name
    T value;
  };
  std::vector<Item> items;

  [[nodiscard]] const T* find(std::string_view name) const {
    const auto found = std::ranges::find(items, name, &Item::name);
    return found == items.end() ? nullptr : &found->value;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Item& item : items) names.push_back(item.name);
    return names;
  }
};

/// The keys of one table, each declared once and bound to a member of T. The declaration is what reads a file
/// (types, ranges, what is required, unknown keys), what a member is without the key (its initializer in T),
/// and what `equipoise list keys` prints. Problems are gathered; a key with a problem leaves its member as it
/// was.
///
/// A condition's loader reads its file the same way, with members of type Parameter<T> for the leaves:
///
///   struct EndpointPart {
///     Parameter<double> mean;
///     std::optional<Parameter<double>> sd_at_follow_up;       // may be left out
///   };
///   struct TherapyPart {
///     bool in_groups = false;                                 // a plain key, no parameter
///     ByName<Parameter<double>> effect;                       // [therapy.cbt.effect] pain_severity = {
///     value = … }
///   };
///   struct File {
///     ByName<EndpointPart> endpoint;                          // [endpoint.pain_severity]
///     ByName<TherapyPart> therapy;
///   };
///   Keys<File> file_keys() {
///     Keys<EndpointPart> endpoint;
///     endpoint.key("mean", &EndpointPart::mean, {.doc = "Mean at entry.", .need = Need::required})
///             .key("sd_at_follow_up", &EndpointPart::sd_at_follow_up, {.doc = "…", .range = above(0)});
///     Keys<TherapyPart> therapy;
///     therapy.key("in_groups", &TherapyPart::in_groups, {.doc = "…"})
///            .named("effect", &TherapyPart::effect, {.doc = "…", .unit = "SD"});
///     Keys<File> file;
///     file.named("endpoint", &File::endpoint, endpoint, {.doc = "…", .need = Need::required})
///         .named("therapy", &File::therapy, therapy, {.doc = "…"});
///     return file;
///   }
///
///   Value root = read_toml(folder / "parameters.toml", problems);
///   apply_overrides(root, request.overrides, request.other_keys, problems);   // schema/override.hpp
///   File file;
///   file_keys().read(root, file, problems);
///   condition.parameters_text = to_toml(root);
///   condition.assumed = parameters_with(ParameterStatus::assumed, root);
template <class T>
class Keys {
 public:
  /// A leaf: any type with a Codec.
  template <class M>
  Keys& key(std::string name, M T::*member, KeyInfo info) {
    Entry entry{std::move(name), std::move(info), Shape::leaf, {}, {}};
    entry.read = [member](const Value& value, T& out, const std::string& path, const KeyInfo& key_info,
                          const ReadContext& context) {
      if (auto read = Codec<M>::read(value, path, key_info, context.problems)) out.*member = std::move(*read);
    };
    entry.rows = [member](const std::string& path, const KeyInfo& key_info) {
      std::string shown = key_info.default_text;
      if (shown.empty()) shown = key_info.need == Need::required ? "required" : Codec<M>::text(T{}.*member);
      return std::vector{KeyRow{path, Codec<M>::type(), key_info.unit, to_text(key_info.range), shown,
                                key_info.doc, false, false, key_info.range}};
    };
    return add(std::move(entry));
  }

  /// A table. Where the file does not have it, the member stays as it was.
  template <class M>
  Keys& table(std::string name, M T::*member, Keys<M> keys, KeyInfo info) {
    return section(
        std::move(name), std::move(info), Shape::table, "", keys,
        [member, keys](const Value& value, T& out, const std::string& path, const ReadContext& context) {
          if (is_table(value, path, context)) keys.read(value, out.*member, context, path);
        });
  }

  /// A table that may be left out; then the member stays empty.
  template <class M>
  Keys& table(std::string name, std::optional<M> T::*member, Keys<M> keys, KeyInfo info) {
    return section(
        std::move(name), std::move(info), Shape::table, "", keys,
        [member, keys](const Value& value, T& out, const std::string& path, const ReadContext& context) {
          if (is_table(value, path, context)) keys.read(value, (out.*member).emplace(), context, path);
        });
  }

  /// An array of tables: [[name]].
  template <class M>
  Keys& tables(std::string name, std::vector<M> T::*member, Keys<M> keys, KeyInfo info) {
    return section(
        std::move(name), std::move(info), Shape::tables, ".*", keys,
        [member, keys](const Value& value, T& out, const std::string& path, const ReadContext& context) {
          if (!value.is_array() || !std::ranges::all_of(value.items(), &Value::is_table)) {
            report_wrong_type(value, path, "written as [[" + path + "]]", context.problems);
            return;
          }
          for (const Value& item : value.items()) {
            keys.read(item, (out.*member).emplace_back(), context, path);
          }
        });
  }

  /// Tables that the file names freely: [name.anything].
  template <class M>
  Keys& named(std::string name, ByName<M> T::*member, Keys<M> keys, KeyInfo info) {
    return section(
        std::move(name), std::move(info), Shape::table, ".*", keys,
        [member, keys](const Value& value, T& out, const std::string& path, const ReadContext& context) {
          if (!is_table(value, path, context)) return;
          for (const Value& item : value.items()) {
            const std::string item_path = join_path(path, item.key());
            if (!is_table(item, item_path, context)) continue;
            auto& items = (out.*member).items;
            items.push_back({item.key(), item.key_place(), M{}});
            keys.read(item, items.back().value, context, item_path);
          }
        });
  }

  /// Leaves that the file names freely: name.anything = …
  template <class M>
  Keys& named(std::string name, ByName<M> T::*member, KeyInfo info) {
    Entry entry{std::move(name), std::move(info), Shape::table, {}, {}};
    entry.read = [member](const Value& value, T& out, const std::string& path, const KeyInfo& key_info,
                          const ReadContext& context) {
      if (!is_table(value, path, context)) return;
      for (const Value& item : value.items()) {
        auto read = Codec<M>::read(item, join_path(path, item.key()), key_info, context.problems);
        if (read) (out.*member).items.push_back({item.key(), item.key_place(), std::move(*read)});
      }
    };
    entry.rows = [](const std::string& path, const KeyInfo& key_info) {
      return std::vector{KeyRow{path + ".*", Codec<M>::type(), key_info.unit, to_text(key_info.range), "none",
                                key_info.doc, false, false, key_info.range}};
    };
    return add(std::move(entry));
  }

  /// Beside the keys declared, leaves that the file names freely. Tables within are leaves, too.
  template <class M>
  Keys& others(ByName<M> T::*member, KeyInfo info) {
    Entry entry{std::string(any_name), std::move(info), Shape::leaf, {}, {}};
    entry.read = [member](const Value& value, T& out, const std::string& path, const KeyInfo& key_info,
                          const ReadContext& context) {
      auto read = Codec<M>::read(value, path, key_info, context.problems);
      if (read) (out.*member).items.push_back({value.key(), value.key_place(), std::move(*read)});
    };
    entry.rows = [](const std::string& path, const KeyInfo& key_info) {
      return std::vector{
          KeyRow{path, Codec<M>::type(), key_info.unit, to_text(key_info.range), "none", key_info.doc}};
    };
    return add(std::move(entry));
  }

  /// Fills `out` from a table. `path` is the table's own, for the messages.
  void read(const Value& table, T& out, const ReadContext& context, const std::string& path = {}) const {
    for (const Value& item : table.items()) {
      auto entry = std::ranges::find(entries_, item.key(), &Entry::name);
      if (entry == entries_.end()) entry = std::ranges::find(entries_, any_name, &Entry::name);
      const std::string item_path = join_path(path, item.key());
      if (entry == entries_.end()) {
        report_unknown(item, item_path, names(), context);
      } else {
        entry->read(item, out, item_path, entry->info, context);
      }
    }
    for (const Entry& entry : entries_) {
      if (entry.info.need == Need::required && table.find(entry.name) == nullptr) {
        report_missing(table.place(), join_path(path, entry.name), entry.info, entry.shape, context.problems);
      }
    }
  }
  /// The same for a whole file.
  void read(const Value& root, T& out, Problems& problems, std::span<const OtherWord> words = {}) const {
    const std::vector<KeyRow> all = rows();
    read(root, out, ReadContext{problems, all, words});
  }

  /// One row a key, sections before their keys.
  [[nodiscard]] std::vector<KeyRow> rows(const std::string& path = {}) const {
    std::vector<KeyRow> all;
    for (const Entry& entry : entries_) {
      for (KeyRow& row : entry.rows(join_path(path, entry.name), entry.info)) all.push_back(std::move(row));
    }
    return all;
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Entry& entry : entries_) {
      if (entry.name != any_name) names.push_back(entry.name);
    }
    return names;
  }

 private:
  /// Stands for every name that is not declared.
  static constexpr std::string_view any_name = "*";

  struct Entry {
    std::string name;
    KeyInfo info;
    Shape shape;
    std::function<void(const Value&, T&, const std::string& path, const KeyInfo&, const ReadContext&)> read;
    std::function<std::vector<KeyRow>(const std::string& path, const KeyInfo&)> rows;
  };

  static bool is_table(const Value& value, const std::string& path, const ReadContext& context) {
    if (value.is_table()) return true;
    report_wrong_type(value, path, "a table of keys", context.problems);
    return false;
  }

  template <class M, class Read>
  Keys& section(std::string name, KeyInfo info, Shape shape, const std::string& suffix, const Keys<M>& keys,
                Read read) {
    Entry entry{std::move(name), std::move(info), shape, {}, {}};
    entry.read = [read](const Value& value, T& out, const std::string& path, const KeyInfo&,
                        const ReadContext& context) { read(value, out, path, context); };
    entry.rows = [shape, suffix, keys](const std::string& path, const KeyInfo& key_info) {
      const std::string need = key_info.need == Need::required ? "required" : "may be left out";
      std::vector<KeyRow> all{KeyRow{path, suffix.empty() ? "table" : "tables", "", "", need, key_info.doc,
                                     true, shape == Shape::tables}};
      for (KeyRow& row : keys.rows(path + suffix)) all.push_back(std::move(row));
      return all;
    };
    return add(std::move(entry));
  }

  Keys& add(Entry entry) {
    entries_.push_back(std::move(entry));
    return *this;
  }

  std::vector<Entry> entries_;
};

}  // namespace equipoise
