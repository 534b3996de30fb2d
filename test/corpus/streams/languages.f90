! SPDX-License-Identifier: MIT
! Fortran: array syntax, descriptors of every kind, COMMON, WHERE, FORALL, do concurrent. The cases are in inputs/languages.c.
! REQUIRES: fortran
! RUN: %streams %s
module held
  implicit none
  real(8), allocatable :: table(:), plane(:, :)
  real(8), pointer :: aimed(:)
  type cell
    real(8) :: mass, place(3)
    integer :: kind, next
  end type
  type grid
    integer :: rows = 0
    real(8), allocatable :: values(:)
    integer, allocatable :: order(:)
  end type
  type(grid) :: whole
  type row
    real(8), allocatable :: v(:)
  end type
  type node
    real(8) :: weight
    type(node), pointer :: next
  end type
  type link
    type(node), pointer :: first
  end type
contains
  elemental real(8) function bent(x)
    real(8), intent(in) :: x
    bent = x * x + 1
    if (x < 0) bent = -bent
  end function
end module

! Descriptors: allocatable, assumed shape, pointer.
real(8) function allocatable_gather(k, n)
  use held, only: table
  integer :: n, k(n), i
  allocatable_gather = 0
  do i = 1, n
    allocatable_gather = allocatable_gather + table(k(i))
  end do
end function

real(8) function allocatable_argument(a, k)
  real(8), allocatable :: a(:)
  integer, allocatable :: k(:)
  integer :: i
  allocatable_argument = 0
  do i = lbound(k, 1), ubound(k, 1)
    allocatable_argument = allocatable_argument + a(k(i))
  end do
end function

real(8) function assumed_shape(a, k)
  real(8), intent(in) :: a(:)
  integer, intent(in) :: k(:)
  integer :: i
  assumed_shape = 0
  do i = 1, size(k)
    assumed_shape = assumed_shape + a(k(i))
  end do
end function

subroutine assumed_plane(to, from)
  real(8), intent(out) :: to(:, :)
  real(8), intent(in) :: from(:, :)
  integer :: i, j
  do j = 2, size(from, 2) - 1
    do i = 2, size(from, 1) - 1
      to(i, j) = (from(i - 1, j) + from(i + 1, j) + from(i, j - 1) + from(i, j + 1)) / 4
    end do
  end do
end subroutine

real(8) function across_rows(a)
  real(8), intent(in) :: a(:, :)
  integer :: i, j
  across_rows = 0
  do i = 1, size(a, 1), 64
    do j = 1, size(a, 2)
      across_rows = across_rows * 0.5 + a(i, j)
    end do
  end do
end function

real(8) function pointer_gather(a, k)
  real(8), pointer :: a(:)
  integer, pointer :: k(:)
  integer :: i
  pointer_gather = 0
  do i = 1, size(k)
    pointer_gather = pointer_gather + a(k(i))
  end do
end function

! The stores may write the descriptor's numbers, for all that the compiler knows.
subroutine pointer_update(k, n)
  use held, only: aimed
  integer :: n, k(n), i
  do i = 1, n
    aimed(k(i)) = aimed(k(i)) + 1
  end do
end subroutine

subroutine component_gather(out)
  use held, only: whole
  real(8) :: out(*)
  integer :: i
  do i = 1, whole%rows
    out(i) = whole%values(whole%order(i))
  end do
end subroutine

! Storage that is shared by name.
real(8) function common_gather(n)
  integer :: n, i, order(4096)
  real(8) :: field(131072)
  common /shared/ field, order
  common_gather = 0
  do i = 1, n
    common_gather = common_gather + field(order(i))
  end do
end function

subroutine common_sweep(n)
  integer :: n, i, order(4096)
  real(8) :: field(131072)
  common /shared/ field, order
  do i = 2, n - 1
    field(i) = field(i) * 0.5 + field(i + 1)
  end do
end subroutine

! Array syntax.
subroutine array_syntax(a, b, c, n)
  integer :: n
  real(8) :: a(n), b(n), c(n)
  a = b * 2 + c
end subroutine

subroutine array_sections(a, b, n)
  integer :: n
  real(8) :: a(n), b(n)
  a(1:n - 64:64) = b(n:65:-64)
end subroutine

subroutine plane_columns(scale, n)
  use held, only: plane
  integer :: n, j
  real(8) :: scale(n)
  do j = 1, n
    plane(:, j) = plane(:, j) * scale(j)
  end do
end subroutine

subroutine index_vector(out, a, k, n)
  integer :: n, k(n)
  real(8) :: out(n), a(*)
  out = a(k)
end subroutine

subroutine index_vector_store(a, k, b, n)
  integer :: n, k(n)
  real(8) :: a(*), b(n)
  a(k) = b + 1
end subroutine

subroutine where_positive(a, b, n)
  integer :: n
  real(8) :: a(n), b(n)
  where (b > 0)
    a = b * 3
  elsewhere
    a = 0
  end where
end subroutine

subroutine forall_gather(a, b, k, n)
  integer :: n, k(n), i
  real(8) :: a(n), b(*)
  forall (i = 1:n) a(i) = b(k(i))
end subroutine

subroutine elemental_call(a, b, n)
  use held, only: bent
  integer :: n
  real(8) :: a(n), b(n)
  a = bent(b)
end subroutine

subroutine concurrent_gather(a, b, k, n)
  integer :: n, k(n), i
  real(8) :: a(n), b(*)
  do concurrent (i = 1:n)
    a(i) = b(k(i)) * 2
  end do
end subroutine

subroutine concurrent_plane(a, b, n, m)
  integer :: n, m, i, j
  real(8) :: a(n, m), b(n, m)
  do concurrent (j = 1:m, i = 1:n, b(i, j) >= 0)
    a(i, j) = b(i, j)
  end do
end subroutine

real(8) function reductions(a, n, m)
  integer :: n, m, j
  real(8) :: a(n, m)
  reductions = 0
  do j = 1, m
    reductions = reductions + sum(a(:, j)) + maxval(a(:, j))
  end do
end function

real(8) function products(a, b, k, n, m)
  integer :: n, m, k(m), j
  real(8) :: a(n, *), b(n)
  products = 0
  do j = 1, m
    products = products + dot_product(a(:, k(j)), b)
  end do
end function

integer function counted_mask(a, n)
  integer :: n
  real(8) :: a(n)
  counted_mask = count(a > 0.5d0)
end function

! Derived types, lists by index, loops that are left.
real(8) function cells_by_index(cells, k, n)
  use held, only: cell
  integer :: n, k(n), i
  type(cell), intent(in) :: cells(*)
  cells_by_index = 0
  do i = 1, n
    cells_by_index = cells_by_index + cells(k(i))%mass * cells(k(i))%place(2)
  end do
end function

real(8) function linked_cells(cells, head, n)
  use held, only: cell
  integer :: n, head(n), i, c
  type(cell), intent(in) :: cells(*)
  linked_cells = 0
  do i = 1, n
    c = head(i)
    do while (c /= 0)
      linked_cells = linked_cells + cells(c)%mass
      c = cells(c)%next
    end do
  end do
end function

real(8) function compressed_rows(first, column, value, x, n)
  integer :: n, first(n + 1), column(*), i, k
  real(8) :: value(*), x(*)
  compressed_rows = 0
  do i = 1, n
    do k = first(i), first(i + 1) - 1
      compressed_rows = compressed_rows + value(k) * x(column(k))
    end do
  end do
end function

integer function cycle_and_exit(a, k, n)
  integer :: n, k(n), i
  real(8) :: a(*)
  cycle_and_exit = 0
  do i = 1, n
    if (k(i) == 0) cycle
    if (a(k(i)) > 5) exit
    cycle_and_exit = cycle_and_exit + 1
  end do
end function

complex(8) function complex_values(a, k, n)
  integer :: n, k(n), i
  complex(8) :: a(*)
  complex_values = 0
  do i = n, 1, -1
    complex_values = complex_values * (0.5d0, 0.5d0) + conjg(a(k(i)))
  end do
end function

! An arithmetic of labels from the seventies.
real(8) function arithmetic_if(a, k, n)
  integer :: n, k(n), i
  real(8) :: a(*)
  arithmetic_if = 0
  do 30 i = 1, n
    if (k(i) - n) 10, 20, 20
10  arithmetic_if = arithmetic_if + a(k(i))
    goto 30
20  arithmetic_if = arithmetic_if - a(k(i))
30 continue
end function

! Rows of their own lengths, lists of pointers, sections that are not contiguous.
real(8) function ragged_rows(rows, n)
  use held, only: row
  integer :: n, i, j
  type(row), intent(in) :: rows(n)
  ragged_rows = 0
  do i = 1, n
    do j = 1, size(rows(i)%v)
      ragged_rows = ragged_rows + rows(i)%v(j)
    end do
  end do
end function

real(8) function pointer_lists(links, n)
  use held, only: link, node
  integer :: n, i
  type(link), intent(in) :: links(n)
  type(node), pointer :: at
  pointer_lists = 0
  do i = 1, n
    at => links(i)%first
    do while (associated(at))
      pointer_lists = pointer_lists + at%weight
      at => at%next
    end do
  end do
end function

subroutine host_variables(a, k, n, total)
  integer :: n, k(n), i
  real(8) :: a(*), total
  total = 0
  do i = 1, n
    call add(k(i))
  end do
contains
  subroutine add(at)
    integer :: at
    total = total + a(at)
  end subroutine
end subroutine

subroutine merged_by_mask(a, b, c, mask, n)
  integer :: n
  real(8) :: a(n), b(n), c(n)
  logical :: mask(n)
  a = merge(b, c, mask)
end subroutine

integer function least_place(a, n)
  integer :: n
  real(8) :: a(n)
  least_place = minloc(a, 1)
end function

subroutine transposed(a, b, n, m)
  integer :: n, m
  real(8) :: a(m, n), b(n, m)
  a = transpose(b)
end subroutine

real(8) function associated_names(a, k, n)
  use held, only: cell
  integer :: n, k(n), i
  type(cell) :: a(*)
  associated_names = 0
  do i = 1, n
    associate (c => a(k(i)))
      select case (c%kind)
      case (0)
        associated_names = associated_names + c%mass
      case (1:3)
        associated_names = associated_names - c%place(1)
      case default
        associated_names = associated_names * 2
      end select
    end associate
  end do
end function

integer function equal_words(words, k, n)
  integer :: n, k(n), i
  character(len=16) :: words(*)
  equal_words = 0
  do i = 1, n
    if (words(k(i))(1:4) == 'abcd') equal_words = equal_words + 1
  end do
end function

real(8) function three_dimensions(a, n)
  integer :: n, i, j, k
  real(8) :: a(n, n, n)
  three_dimensions = 0
  do k = 2, n - 1
    do j = 2, n - 1
      do i = 2, n - 1
        three_dimensions = three_dimensions + a(i, j, k - 1) + a(i, j, k + 1) - 2 * a(i, j, k)
      end do
    end do
  end do
end function
