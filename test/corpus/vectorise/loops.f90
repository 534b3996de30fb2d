! SPDX-License-Identifier: MIT
! Fortran loops that vectorise must go on doing so.
! REQUIRES: fortran
! RUN: %vectorised --least 3 %s -O2 -O3
subroutine triad(a, b, c, k, n)
  integer(8), intent(in) :: n
  real(8), intent(out) :: a(n)
  real(8), intent(in) :: b(n), c(n), k
  integer(8) :: i
  do i = 1, n
    a(i) = b(i) + k * c(i)
  end do
end subroutine

integer(8) function total(a, n)
  integer, intent(in) :: n, a(n)
  integer :: i
  total = 0
  do i = 1, n
    total = total + a(i)
  end do
end function

subroutine columns(a, b, height, width)
  integer(8), intent(in) :: height, width
  real, intent(inout) :: a(height, width)
  real, intent(in) :: b(height, width)
  integer(8) :: i, j
  do j = 1, width
    do i = 1, height
      a(i, j) = a(i, j) * b(i, j)
    end do
  end do
end subroutine

subroutine whole(a, b, n)
  integer, intent(in) :: n
  integer, intent(inout) :: a(n)
  integer, intent(in) :: b(n)
  a = a + 3 * b
end subroutine
