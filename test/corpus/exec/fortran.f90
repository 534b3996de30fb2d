! SPDX-License-Identifier: MIT
! Fortran programs give the same output: do loops, column-major nests, gathers, strides, where, matmul, character arrays.
! REQUIRES: fortran
! RUN: %same --expect strips,gathered %s -O1 -O2 -O3
program arrays
  implicit none
  integer, parameter :: n = 4000
  real(8) :: x(n), y(n), m(60, 70), s(70)
  integer :: order(n), i, j, total
  integer(8) :: sums
  character(len=n) :: text
  do i = 1, n
    x(i) = mod(i * 7919, 1009) / 3.0d0
    order(i) = 1 + mod(i * 7919, n)
    text(i:i) = char(97 + mod(i, 26))
  end do
  call gathered(x, order, y, n)
  do j = 1, 70
    do i = 1, 60
      m(i, j) = x(i) * j + y(i + j)
    end do
  end do
  s = sum(m, dim=1)
  where (y > 100d0) y = y - 100d0
  total = 0
  do i = n, 1, -3
    total = total + ichar(text(i:i)) * i
  end do
  sums = 0
  do i = 1, n - 2
    if (order(i) > order(i + 1)) sums = sums + order(i + 2)
  end do
  print '(3es25.17)', sum(x), sum(y), dot_product(x, y)
  print '(3es25.17)', s(1), s(70), sum(matmul(m, transpose(m)))
  print *, total, sums, maxloc(y), count(x > 10d0)
contains
  subroutine gathered(a, b, c, count)
    integer, intent(in) :: count
    real(8), intent(in) :: a(count)
    integer, intent(in) :: b(count)
    real(8), intent(out) :: c(count)
    integer :: k
    do k = 1, count
      c(k) = a(b(k)) * 2d0 + k
    end do
  end subroutine
end program
