// SPDX-License-Identifier: MIT
#include "expression.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fmt/format.h>

#include "debugger/registers.h"

namespace ntdbg::tool {

namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '.' ||
           c == ':';
}

std::optional<uint64_t> digits(std::string_view text, unsigned base) {
    uint64_t value = 0;
    bool any = false;
    for (char c : text) {
        if (c == '`')
            continue;
        int lower = std::tolower(static_cast<unsigned char>(c));
        unsigned digit = std::isdigit(lower)            ? static_cast<unsigned>(lower - '0')
                         : lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a') + 10
                                                        : 99;
        if (digit >= base || value > (~uint64_t{0} - digit) / base)
            return std::nullopt;
        value = value * base + digit;
        any = true;
    }
    return any ? std::optional(value) : std::nullopt;
}

std::optional<uint64_t> number(std::string_view word) {
    auto after = [&](std::string_view prefix) {
        return word.size() > prefix.size() && word[0] == '0' &&
               std::tolower(static_cast<unsigned char>(word[1])) == prefix[1];
    };
    if (after("0x"))
        return digits(word.substr(2), 16);
    if (after("0n"))
        return digits(word.substr(2), 10);
    if (after("0t"))
        return digits(word.substr(2), 8);
    if (after("0y"))
        return digits(word.substr(2), 2);
    return digits(word, 16);
}

// Descends once over the text; the first problem wins.
class Parser {
public:
    Parser(std::string_view text, const ExpressionContext &context, bool to_blank)
        : text_(text), context_(context), to_blank_(to_blank) {}

    result<Expression> all() {
        uint64_t value = bits();
        skip();
        if (!problem_ && !to_blank_ && at_ < text_.size())
            fail(EINVAL, fmt::format("\"{}\" cannot follow \"{}\"", text_.substr(at_),
                                     text_.substr(0, at_)));
        if (problem_)
            return *problem_;
        return Expression{value, symbolic_};
    }
    size_t end() const { return at_; }

private:
    void fail(int code, std::string text) {
        if (!problem_)
            problem_ = error(code, std::move(text));
    }

    // In a list of expressions a blank ends one, outside of parentheses.
    void skip() {
        if (to_blank_ && depth_ == 0)
            return;
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])))
            at_++;
    }
    bool take(std::string_view token) {
        skip();
        if (problem_ || text_.substr(at_, token.size()) != token)
            return false;
        at_ += token.size();
        return true;
    }

    uint64_t bits() {
        uint64_t value = shift();
        for (;;) {
            if (take("|"))
                value |= shift();
            else if (take("^"))
                value ^= shift();
            else if (take("&"))
                value &= shift();
            else
                return value;
        }
    }
    uint64_t shift() {
        uint64_t value = sum();
        for (;;) {
            bool left = take("<<");
            if (!left && !take(">>"))
                return value;
            uint64_t by = sum();
            if (by > 63)
                value = 0;
            else
                value = left ? value << by : value >> by;
        }
    }
    uint64_t sum() {
        uint64_t value = product();
        for (;;) {
            if (take("+"))
                value += product();
            else if (take("-"))
                value -= product();
            else
                return value;
        }
    }
    uint64_t product() {
        uint64_t value = unary();
        for (;;) {
            if (take("*")) {
                value *= unary();
                continue;
            }
            bool divide = take("/");
            if (!divide && !take("%"))
                return value;
            uint64_t by = unary();
            if (by == 0)
                fail(EINVAL, "the expression divides by zero");
            else
                value = divide ? value / by : value % by;
        }
    }
    uint64_t unary() {
        if (problem_)
            return 0;
        if (take("-"))
            return ~unary() + 1;
        if (take("~"))
            return ~unary();
        if (take("+"))
            return unary();
        return primary();
    }
    uint64_t parenthesis() {
        depth_++;
        uint64_t value = bits();
        if (!take(")"))
            fail(EINVAL, fmt::format("a \")\" is missing in \"{}\"", text_));
        depth_--;
        return value;
    }
    uint64_t primary() {
        if (take("("))
            return parenthesis();
        skip();
        if (at_ < text_.size() && text_[at_] == '@') {
            at_++;
            return reg(word());
        }
        std::string_view module = module_name();
        if (!module.empty()) {
            at_ += module.size() + 1;
            return symbol(module, word());
        }
        std::string_view name = word();
        if (name.empty()) {
            fail(EINVAL, at_ < text_.size() ? fmt::format("\"{}\" is no address", text_.substr(at_))
                                            : "an address is missing");
            return 0;
        }
        if (name == ".")
            return reg("rip");
        if (at_ < text_.size() && text_[at_] == '(') {
            if (size_t size = memory_size(name)) {
                at_++;
                return memory(parenthesis(), size);
            }
        }
        if (auto value = number(name))
            return *value;
        if (auto found = context_.symbol("", name)) {
            symbolic_ = true;
            return *found;
        }
        if (is_register(name))
            return reg(name);
        fail(ENOENT, fmt::format("there is no symbol \"{}\"", name));
        return 0;
    }

    std::string_view word() {
        size_t begin = at_;
        while (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '`'))
            at_++;
        return text_.substr(begin, at_ - begin);
    }
    // What stands before a "!": names of modules have characters that are
    // operators elsewhere (ld-linux, libstdc++).
    std::string_view module_name() const {
        size_t mark = text_.find('!', at_);
        if (mark == std::string_view::npos || mark == at_)
            return {};
        std::string_view name = text_.substr(at_, mark - at_);
        bool plain = std::all_of(name.begin(), name.end(), [](char c) { return is_word(c); });
        return plain || context_.is_module(name) ? name : std::string_view{};
    }

    uint64_t reg(std::string_view name) {
        if (auto value = context_.reg(name))
            return *value;
        fail(EINVAL, is_register(name) ? fmt::format("register {} cannot be read now", name)
                                       : fmt::format("there is no register \"{}\"", name));
        return 0;
    }
    uint64_t symbol(std::string_view module, std::string_view name) {
        symbolic_ = true;
        if (auto value = context_.symbol(module, name))
            return *value;
        fail(ENOENT, context_.is_module(module)
                         ? fmt::format("module {} has no symbol \"{}\"", module, name)
                         : fmt::format("no module \"{}\" is loaded", module));
        return 0;
    }
    static size_t memory_size(std::string_view name) {
        if (name == "poi" || name == "qwo")
            return 8;
        return name == "dwo" ? 4 : name == "wo" ? 2 : name == "by" ? 1 : 0;
    }
    uint64_t memory(uint64_t address, size_t size) {
        if (problem_)
            return 0;
        if (auto value = context_.memory(address, size))
            return *value;
        fail(EFAULT, fmt::format("the memory at {:x} cannot be read", address));
        return 0;
    }

    std::string_view text_;
    const ExpressionContext &context_;
    bool to_blank_;
    size_t at_ = 0;
    int depth_ = 0;
    bool symbolic_ = false;
    std::optional<error> problem_;
};

} // namespace

result<Expression> evaluate(std::string_view text, const ExpressionContext &context) {
    return Parser(text, context, false).all();
}

result<Expression> evaluate_first(std::string_view &text, const ExpressionContext &context) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t,"), text.size()));
    Parser parser(text, context, true);
    auto value = parser.all();
    if (!value)
        return value;
    std::string_view rest = text.substr(parser.end());
    if (!rest.empty() && rest[0] != ' ' && rest[0] != '\t' && rest[0] != ',' && rest[0] != '"' &&
        rest[0] != '=')
        return error(
            EINVAL, fmt::format("\"{}\" cannot follow \"{}\"", rest, text.substr(0, parser.end())));
    text = rest;
    return value;
}

} // namespace ntdbg::tool
