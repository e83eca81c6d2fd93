#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/problem.hpp"
#include "engine/scenario/schema/range.hpp"
#include "engine/scenario/schema/value.hpp"

namespace equipoise {

enum class Need { optional, required };

/// What a key holds: a value, a table of keys, or such a table each time that it is written.
enum class Shape { leaf, table, tables };

/// What a declaration says of a key beside its name and its type.
struct KeyInfo {
  std::string doc{};   // one sentence: what it is
  std::string unit{};  // months, participants; empty for none
  Range range{};       // of a number, or of each number of a list
  Need need = Need::optional;
  std::string default_text{};  // where a default-constructed member does not tell: "the profile's"
  bool several_lines = false;  // whether a text may have line breaks, as prose does and a name does not
};

/// One line of the table of keys. A `*` in the path stands for any name or number.
struct KeyRow {
  std::string path;
  std::string type;
  std::string unit;
  std::string range;
  std::string default_text;
  std::string doc;
  bool section = false;   // a table of keys, which follow it
  bool repeated = false;  // of a section: written [[path]], once for each
  Range limits{};         // of a number: the range as such
};

/// The declaration of the key, or the section, of that dotted path, or null.
[[nodiscard]] const KeyRow* declaration_of(std::span<const KeyRow> rows, std::string_view path);

/// Whether a key, or a section, of that dotted path is declared.
[[nodiscard]] bool is_declared(std::span<const KeyRow> rows, std::string_view path);

/// The paths of the declared keys, for a suggestion: each `*` replaced by what the file has in its place.
[[nodiscard]] std::vector<std::string> declared_paths(std::span<const KeyRow> rows, const Value& root);

/// A word that people write where a key has another: the key's dotted path, as in KeyRow, and what is to be
/// kept in mind; or, where no key is meant, what to do.
struct OtherWord {
  std::string_view word;
  std::string_view path;
  std::string_view remark;
};

/// What to do instead of writing that word.
[[nodiscard]] std::string remedy_of(const OtherWord& other);

/// What the reading of keys needs to know of the whole file.
struct ReadContext {
  Problems& problems;
  std::span<const KeyRow> all_rows{};  // to say where a misplaced key belongs
  std::span<const OtherWord> other_words{};
};

// What the templates of keys.hpp say when something is wrong.
void report_wrong_type(const Value& value, std::string_view path, std::string_view expected,
                       Problems& problems);
void report_missing(const Place& place, std::string_view path, const KeyInfo& info, Shape shape,
                    Problems& problems);
void report_unknown(const Value& item, std::string_view path, std::span<const std::string> siblings,
                    const ReadContext& context);
void report_several_lines(const Value& value, std::string_view path, Problems& problems);
/// False, and a problem, where the number is out of range.
[[nodiscard]] bool in_range(const Value& value, double number, std::string_view path, const KeyInfo& info,
                            Problems& problems);
void report_unknown_word(const Value& value, std::string_view path, std::span<const std::string> words,
                         Problems& problems);

/// The shortest text that reads back as the same number.
[[nodiscard]] std::string number_word(double number);

}  // namespace equipoise
