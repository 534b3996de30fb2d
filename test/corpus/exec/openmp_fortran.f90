! SPDX-License-Identifier: MIT
! OpenMP in Fortran: loops that threads share, in one piece each and a few iterations at a time, read through an index as before.
! RUN: %same --expect strips,gathered --option min-footprint=262144 %s -O2 -O3 -fopenmp
! REQUIRES: fortran, openmp
module kernels
contains
  subroutine scaled(table, order, res, n)
    integer, intent(in) :: n
    real(8), intent(in) :: table(:)
    integer, intent(in) :: order(n)
    real(8), intent(inout) :: res(n)
    integer :: i
    !$omp parallel do schedule(static) num_threads(3)
    do i = 1, n
      res(i) = res(i) + 2 * table(order(i))
    end do
    !$omp end parallel do
  end subroutine

  subroutine added(table, order, res, n)
    integer, intent(in) :: n
    real(8), intent(in) :: table(:)
    integer, intent(in) :: order(n)
    real(8), intent(inout) :: res(n)
    integer :: i
    !$omp parallel do schedule(dynamic) num_threads(3)
    do i = n, 1, -1
      res(i) = res(i) + table(order(i))
    end do
    !$omp end parallel do
  end subroutine

  function total(table, order, n) result(sum)
    integer, intent(in) :: n
    integer(8), intent(in) :: table(:)
    integer, intent(in) :: order(n)
    integer(8) :: sum
    integer :: i
    sum = 0
    !$omp parallel do schedule(guided) reduction(+:sum) num_threads(2)
    do i = 1, n, 2
      sum = sum + table(order(i))
    end do
    !$omp end parallel do
  end function
end module

program openmp_fortran
  use kernels
  integer, parameter :: n = 4000, m = 65536
  real(8), allocatable :: table(:), res(:)
  integer(8), allocatable :: numbers(:)
  integer, allocatable :: order(:)
  integer :: i
  allocate(table(m), numbers(m), res(n), order(n))
  do i = 1, m
    table(i) = mod(i, 97)
    numbers(i) = mod(i, 1009)
  end do
  do i = 1, n
    order(i) = int(mod(i * 7919_8, int(m, 8))) + 1
  end do
  res = 0
  call scaled(table, order, res, n)
  call added(table, order, res, n)
  print *, sum(res), res(n), total(numbers, order, n)
end program
