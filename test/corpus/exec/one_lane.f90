! SPDX-License-Identifier: MIT
! GCC loops over the lanes of `omp simd` to join what a reduction of an array made of each; where it does not vectorise there is one lane, and
! of that loop only the one inside is left, over the columns. It stands between the marks of both, and is cut once: cut twice it missed its end
! with some lengths of strips, so many are tried.
! RUN: %fc -O2 -w -fopenmp %openmp %plugin %pp_option:min-footprint=1 %pp_option:strip=1 %s -o %t
! RUN: env PP_TORTURE_LIBRARY=%torture_file bash -c 'for ((i = 1; i <= 120; i++)); do LD_PRELOAD=$PP_TORTURE_LIBRARY PP_TORTURE=strip=random,ahead=1,hint=whole,seed=$i "$0" || exit 1; done' %t
! REQUIRES: fortran, openmp
program one_lane
  implicit none
  integer, allocatable :: weight, row(:), table(:, :)
  integer :: i
!$omp declare reduction (plus : integer : omp_out = omp_out + omp_in) initializer (omp_priv = 0)
  allocate (weight, row(6:9), table(3, 8:9))
  weight = 1
  row = 2
  table = 3
!$omp parallel do reduction (+ : weight, row, table)
  do i = 1, 10
  end do
  if (.not. allocated(weight)) stop 1
  if (.not. allocated(row) .or. size(row) /= 4) stop 2
!$omp simd reduction (plus : weight, row, table)
  do i = 1, 10
    if (.not. allocated(weight)) stop 3
  end do
  print *, weight, row, table
end program
