// SPDX-License-Identifier: MIT
// The kernel of multigrid as users write it: compiled plain and with the plugin.
#include "multigrid.h"

#include <cstddef>
#include <vector>

namespace {

class Grid {
public:
  explicit Grid(std::size_t points) : points_(points), values_(points * points * points) {}
  std::size_t points() const {
    return points_;
  }
  double &operator()(std::size_t x, std::size_t y, std::size_t z) {
    return values_[(x * points_ + y) * points_ + z];
  }
  double operator()(std::size_t x, std::size_t y, std::size_t z) const {
    return values_[(x * points_ + y) * points_ + z];
  }
  void clear() {
    for (double &value : values_)
      value = 0;
  }

private:
  std::size_t points_;
  std::vector<double> values_;
};

struct Level {
  explicit Level(std::size_t points) : solution(points), right(points), residual(points) {
    double width = 1.0 / static_cast<double>(points - 1);
    square = width * width;
  }
  Grid solution, right, residual;
  double square; // of the distance of two points
};

template <typename Body> void each_inner(const Grid &grid, Body body) {
  for (std::size_t x = 1; x + 1 < grid.points(); x++)
    for (std::size_t y = 1; y + 1 < grid.points(); y++)
      for (std::size_t z = 1; z + 1 < grid.points(); z++)
        body(x, y, z);
}

double neighbours(const Grid &grid, std::size_t x, std::size_t y, std::size_t z) {
  return grid(x - 1, y, z) + grid(x + 1, y, z) + grid(x, y - 1, z) + grid(x, y + 1, z) + grid(x, y, z - 1) + grid(x, y, z + 1);
}

void smooth(Level &level) {
  for (std::size_t colour = 0; colour < 2; colour++)
    for (std::size_t x = 1; x + 1 < level.solution.points(); x++)
      for (std::size_t y = 1; y + 1 < level.solution.points(); y++)
        for (std::size_t z = 1 + (x + y + colour) % 2; z + 1 < level.solution.points(); z += 2)
          level.solution(x, y, z) = (neighbours(level.solution, x, y, z) + level.square * level.right(x, y, z)) / 6;
}

void find_residual(Level &level) {
  each_inner(level.solution, [&](std::size_t x, std::size_t y, std::size_t z) {
    level.residual(x, y, z) =
        level.right(x, y, z) - (6 * level.solution(x, y, z) - neighbours(level.solution, x, y, z)) / level.square;
  });
}

void restrict_to(const Level &fine, Level &coarse) {
  each_inner(coarse.right, [&](std::size_t x, std::size_t y, std::size_t z) {
    double sum = 0;
    for (int a = -1; a <= 1; a++)
      for (int b = -1; b <= 1; b++)
        for (int c = -1; c <= 1; c++)
          sum += fine.residual(2 * x + a, 2 * y + b, 2 * z + c) / ((1 << (a != 0)) * (1 << (b != 0)) * (1 << (c != 0)));
    coarse.right(x, y, z) = sum / 8;
  });
}

void prolong(const Level &coarse, Level &fine) {
  each_inner(fine.solution, [&](std::size_t x, std::size_t y, std::size_t z) {
    double sum = 0;
    for (std::size_t a = 0; a <= x % 2; a++)
      for (std::size_t b = 0; b <= y % 2; b++)
        for (std::size_t c = 0; c <= z % 2; c++)
          sum += coarse.solution(x / 2 + a, y / 2 + b, z / 2 + c);
    fine.solution(x, y, z) += sum / ((1 + x % 2) * (1 + y % 2) * (1 + z % 2));
  });
}

void cycle(std::vector<Level> &levels, std::size_t number) {
  Level &level = levels[number];
  smooth(level);
  smooth(level);
  if (number == 0)
    return;
  find_residual(level);
  Level &coarse = levels[number - 1];
  restrict_to(level, coarse);
  coarse.solution.clear();
  cycle(levels, number - 1);
  prolong(coarse, level);
  smooth(level);
}

} // namespace

double multigrid_solve(std::size_t levels, std::size_t cycles) {
  std::vector<Level> all;
  for (std::size_t level = 1; level <= levels; level++)
    all.emplace_back((std::size_t(1) << level) + 1);
  Level &finest = all.back();
  each_inner(finest.right, [&](std::size_t x, std::size_t y, std::size_t z) {
    finest.right(x, y, z) = static_cast<double>((x * 7 + y * 5 + z * 3) % 11) - 5;
  });
  for (std::size_t i = 0; i < cycles; i++)
    cycle(all, levels - 1);
  find_residual(finest);
  double sum = 0;
  each_inner(finest.residual,
             [&](std::size_t x, std::size_t y, std::size_t z) { sum += finest.residual(x, y, z) * finest.residual(x, y, z); });
  return sum;
}
