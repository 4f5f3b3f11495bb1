// SPDX-License-Identifier: MIT
// Growing arrays of plain values. std::vector would bring libstdc++ with it at run time, and an
// exception when memory runs out; here that is a false that the caller turns into an error.
#ifndef NTDBG_WIN32_ARRAY_H
#define NTDBG_WIN32_ARRAY_H

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#include <utility>

namespace ntdbg::win32 {

// For the library's own lists, which threads may use until the very end of the process: it is
// never freed.
template <typename T>
class List {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    constexpr List() = default;
    List(const List &) = delete;
    List &operator=(const List &) = delete;

    [[nodiscard]] bool reserve(size_t capacity) {
        if (capacity <= capacity_)
            return true;
        size_t bytes = 0;
        if (__builtin_mul_overflow(capacity, sizeof(T), &bytes))
            return false;
        void *grown = realloc(data_, bytes);
        if (!grown)
            return false;
        data_ = static_cast<T *>(grown);
        capacity_ = capacity;
        return true;
    }
    [[nodiscard]] bool push(T value) {
        if (size_ == capacity_ && !reserve(capacity_ < 16 ? 16 : capacity_ * 2))
            return false;
        data_[size_++] = value;
        return true;
    }
    // @count more, for the caller to fill; NULL without memory, and if @count is 0.
    [[nodiscard]] T *grow(size_t count) {
        if (count > capacity_ - size_ && !reserve((size_ + count) * 2))
            return nullptr;
        size_ += count;
        return count > 0 ? data_ + size_ - count : nullptr;
    }
    [[nodiscard]] bool append(const T *values, size_t count) {
        T *place = grow(count);
        if (place)
            memcpy(place, values, count * sizeof(T));
        return place || count == 0;
    }
    // The order is not kept.
    void remove(size_t at) { data_[at] = data_[--size_]; }
    void truncate(size_t size) { size_ = size; }

    T *data() { return data_; }
    const T *data() const { return data_; }
    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    T &operator[](size_t at) { return data_[at]; }
    const T &operator[](size_t at) const { return data_[at]; }
    T *begin() { return data_; }
    T *end() { return data_ + size_; }

protected:
    T *data_ = nullptr;
    size_t size_ = 0;
    size_t capacity_ = 0;
};

template <typename T>
class Array : public List<T> {
public:
    Array() = default;
    ~Array() { free(this->data_); }
    Array(const Array &) = delete;
    Array &operator=(const Array &) = delete;

    void swap(Array &other) {
        std::swap(this->data_, other.data_);
        std::swap(this->size_, other.size_);
        std::swap(this->capacity_, other.capacity_);
    }
};

} // namespace ntdbg::win32

#endif
