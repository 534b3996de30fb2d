! SPDX-License-Identifier: MIT
! Fortran: do loops over arrays, column-major nests, gathers through integer arrays, strides.
! REQUIRES: fortran
! RUN: %planned %s -O2 | %filecheck %s
integer(8) function array_sum(a, n)
  integer(8), intent(in) :: n
  integer(8), intent(in) :: a(n)
  integer(8) :: i
  array_sum = 0
  do i = 1, n  ! CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    array_sum = array_sum + a(i) ! CHECK-NEXT: [[@LINE]]: affine read strides [8] bytes 8 span 8 members 1 level 0
  end do
end function

integer(8) function strided(a, n)
  integer(8), intent(in) :: n
  integer(8), intent(in) :: a(n)
  integer(8) :: i
  strided = 0
  do i = 1, n, 512 ! CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    strided = strided + a(i) ! CHECK-NEXT: [[@LINE]]: affine read strides [4096] bytes 8 span 8 members 1 level 0
  end do
end function

integer function gathered(a, b, n)
  integer, intent(in) :: n
  integer, intent(in) :: a(*), b(n)
  integer :: i
  gathered = 0
  do i = 1, n ! CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    gathered = gathered + a(b(i))
    ! CHECK-DAG: [[@LINE-1]]: affine read strides [4] bytes 4 span 4 members 1 level 0 of loop [[@LINE-2]] feeds gather
    ! CHECK-DAG: [[@LINE-2]]: gather read strides [unknown] bytes 4 span 4 members 1 level 0 of loop [[@LINE-3]]
  end do
end function

subroutine columns(a, s, height, width)
  integer(8), intent(in) :: height, width
  integer, intent(in) :: a(height, width)
  integer, intent(out) :: s(width)
  integer(8) :: i, j
  do j = 1, width ! CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    s(j) = 0
    do i = 1, height ! CHECK: [[@LINE]]: loop depth 2 trips symbolic; left alone
      s(j) = s(j) + a(i, j)
      ! CHECK-DAG: [[@LINE-1]]: affine read strides [4, symbolic] bytes 4 span 4 members 1 level 1 of loop [[@LINE-4]]
    end do
  end do
end subroutine
! CHECK: end of plan
