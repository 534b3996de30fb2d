/* SPDX-License-Identifier: MIT */
/* A view of a mapped file with the interface that containers have. */
#ifndef CHECKED_VIEW_H
#define CHECKED_VIEW_H

#include <cstddef>
#include <stdexcept>

template <typename Value> class checked_view {
public:
  checked_view(const Value *values, std::size_t size) : values_(values), size_(size) {}
  std::size_t size() const {
    return size_;
  }
  const Value &at(std::size_t place) const {
    if (place >= size_)
      throw std::out_of_range("checked_view::at");
    return values_[place];
  }

private:
  const Value *values_;
  std::size_t size_;
};

#endif
