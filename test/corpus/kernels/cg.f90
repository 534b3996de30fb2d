! SPDX-License-Identifier: MIT
! The inner iteration of conjugate gradients over compressed rows, with bounds, columns and vectors as the benchmark has them.
! After Bailey et al.: The NAS Parallel Benchmarks, 1991 (CG, conj_grad). The driver is inputs/cg_main.c.
! REQUIRES: gcc && reference && fortran
! RUN: %kernels %s
subroutine conj_grad(naa, firstrow, lastrow, firstcol, lastcol, colidx, rowstr, x, z, a, p, q, r, cgitmax, rnorm) bind(c)
  use iso_c_binding
  implicit none
  integer(c_int), value :: naa, firstrow, lastrow, firstcol, lastcol, cgitmax
  integer(c_int) :: colidx(*), rowstr(*)
  real(c_double) :: x(*), z(*), a(*), p(*), q(*), r(*), rnorm
  integer :: j, k, cgit
  real(c_double) :: d, sum, rho, rho0, alpha, beta

  do j = 1, naa + 1
    q(j) = 0.0d0                                ! worth: q
    z(j) = 0.0d0                                ! worth: z
    r(j) = x(j)                                 ! worth: r x
    p(j) = r(j)                                 ! worth: p
  end do
  rho = 0.0d0
  do j = 1, lastcol - firstcol + 1
    rho = rho + r(j)*r(j)                       ! worth: r
  end do
  do cgit = 1, cgitmax
    do j = 1, lastrow - firstrow + 1
      sum = 0.d0
      do k = rowstr(j), rowstr(j+1) - 1         ! worth: rowstr
        sum = sum + a(k)*p(colidx(k))           ! worth: a colidx p
      end do
      q(j) = sum                                ! worth: q
    end do
    d = 0.0d0
    do j = 1, lastcol - firstcol + 1
      d = d + p(j)*q(j)                         ! worth: p q
    end do
    alpha = rho / d
    rho0 = rho
    rho = 0.0d0
    do j = 1, lastcol - firstcol + 1
      z(j) = z(j) + alpha*p(j)                  ! worth: z p
      r(j) = r(j) - alpha*q(j)                  ! worth: r q
    end do
    do j = 1, lastcol - firstcol + 1
      rho = rho + r(j)*r(j)                     ! worth: r
    end do
    beta = rho / rho0
    do j = 1, lastcol - firstcol + 1
      p(j) = r(j) + beta*p(j)                   ! worth: p r
    end do
  end do
  rnorm = sqrt(rho)
end subroutine

! The rows of one block are scaled in place: the entries are contiguous, but their bounds are loaded.
subroutine scale_rows(h) bind(c)
  use iso_c_binding
  implicit none
  type, bind(c) :: matrix
    integer(c_int) :: rows
    type(c_ptr) :: start, values, factors
  end type
  type(matrix) :: h
  integer(c_int), pointer :: start(:)
  real(c_double), pointer :: values(:), factors(:)
  integer :: i
  call c_f_pointer(h%start, start, [h%rows + 1])
  call c_f_pointer(h%factors, factors, [h%rows])
  call c_f_pointer(h%values, values, [start(h%rows + 1)])
  do i = 1, h%rows
    values(start(i) + 1:start(i + 1)) = values(start(i) + 1:start(i + 1))*factors(i) ! worth: values start factors
  end do
end subroutine
