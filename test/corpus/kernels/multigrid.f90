! SPDX-License-Identifier: MIT
! A multigrid cycle's kernels: the residual's 27-point stencil, its projection onto the coarser grid, and the correction added.
! After Bailey et al.: The NAS Parallel Benchmarks, 1991 (MG: resid, rprj3, interp). The driver is inputs/multigrid_main.c.
! REQUIRES: gcc && reference && fortran
! RUN: %kernels %s
subroutine resid(u, v, r, n1, n2, n3, a) bind(c)
  use iso_c_binding
  implicit none
  integer(c_int), value :: n1, n2, n3
  real(c_double) :: u(n1,n2,n3), v(n1,n2,n3), r(n1,n2,n3), a(0:3)
  real(c_double) :: u1(1026), u2(1026)
  integer :: i1, i2, i3
  do i3 = 2, n3-1
    do i2 = 2, n2-1
      do i1 = 1, n1
        u1(i1) = u(i1,i2-1,i3) + u(i1,i2+1,i3) + u(i1,i2,i3-1) + u(i1,i2,i3+1)          ! worth: u; no: u1 (in cache)
        u2(i1) = u(i1,i2-1,i3-1) + u(i1,i2+1,i3-1) + u(i1,i2-1,i3+1) + u(i1,i2+1,i3+1)  ! worth: u; no: u2 (in cache)
      end do
      do i1 = 2, n1-1
        r(i1,i2,i3) = v(i1,i2,i3) - a(0)*u(i1,i2,i3) &                                  ! worth: r v u
                    - a(2)*(u2(i1) + u1(i1-1) + u1(i1+1)) - a(3)*(u2(i1-1) + u2(i1+1))  ! no: u1 u2 (in cache)
      end do
    end do
  end do
end subroutine

subroutine rprj3(r, m1k, m2k, m3k, s, m1j, m2j, m3j) bind(c)
  use iso_c_binding
  implicit none
  integer(c_int), value :: m1k, m2k, m3k, m1j, m2j, m3j
  real(c_double) :: r(m1k,m2k,m3k), s(m1j,m2j,m3j)
  real(c_double) :: x1(1026), y1(1026), x2, y2
  integer :: j1, j2, j3, i1, i2, i3
  do j3 = 2, m3j-1
    i3 = 2*j3-2
    do j2 = 2, m2j-1
      i2 = 2*j2-2
      do j1 = 2, m1j
        i1 = 2*j1-2
        x1(i1-1) = r(i1-1,i2-1,i3) + r(i1-1,i2+1,i3) + r(i1-1,i2,i3-1) + r(i1-1,i2,i3+1)          ! worth: r/2
        y1(i1-1) = r(i1-1,i2-1,i3-1) + r(i1-1,i2-1,i3+1) + r(i1-1,i2+1,i3-1) + r(i1-1,i2+1,i3+1)  ! worth: r/2
      end do
      do j1 = 2, m1j-1
        i1 = 2*j1-2
        y2 = r(i1,i2-1,i3-1) + r(i1,i2-1,i3+1) + r(i1,i2+1,i3-1) + r(i1,i2+1,i3+1)                ! worth: r/2
        x2 = r(i1,i2-1,i3) + r(i1,i2+1,i3) + r(i1,i2,i3-1) + r(i1,i2,i3+1)                        ! worth: r/2
        s(j1,j2,j3) = 0.5d0*r(i1,i2,i3) + 0.25d0*(r(i1-1,i2,i3) + r(i1+1,i2,i3) + x2) &           ! worth: s r
                    + 0.125d0*(x1(i1-1) + x1(i1+1) + y2) + 0.0625d0*(y1(i1-1) + y1(i1+1))
      end do
    end do
  end do
end subroutine

subroutine interp(z, mm1, mm2, mm3, u, n1, n2, n3) bind(c)
  use iso_c_binding
  implicit none
  integer(c_int), value :: mm1, mm2, mm3, n1, n2, n3
  real(c_double) :: z(mm1,mm2,mm3), u(n1,n2,n3), z1(1026)
  integer :: i1, i2, i3
  do i3 = 1, mm3-1
    do i2 = 1, mm2-1
      do i1 = 1, mm1
        z1(i1) = z(i1,i2+1,i3) + z(i1,i2,i3)                                            ! worth: z
      end do
      do i1 = 1, mm1-1
        u(2*i1-1,2*i2-1,2*i3-1) = u(2*i1-1,2*i2-1,2*i3-1) + z(i1,i2,i3)                 ! worth: u z
        u(2*i1,2*i2-1,2*i3-1) = u(2*i1,2*i2-1,2*i3-1) + 0.5d0*(z(i1+1,i2,i3) + z(i1,i2,i3))
      end do
      do i1 = 1, mm1-1
        u(2*i1-1,2*i2,2*i3-1) = u(2*i1-1,2*i2,2*i3-1) + 0.5d0*z1(i1)                    ! worth: u
        u(2*i1,2*i2,2*i3-1) = u(2*i1,2*i2,2*i3-1) + 0.25d0*(z1(i1) + z1(i1+1))
      end do
    end do
  end do
end subroutine
