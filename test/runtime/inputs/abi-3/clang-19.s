# SPDX-License-Identifier: MIT
	.text
	.file	"frozen.c"
	.section	.rodata.cst16,"aM",@progbits,16
	.p2align	4, 0x0                          # -- Begin function main
.LCPI0_0:
	.long	0                               # 0x0
	.long	1                               # 0x1
	.zero	4
	.zero	4
.LCPI0_1:
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
.LCPI0_2:
	.quad	2                               # 0x2
	.quad	2                               # 0x2
.LCPI0_3:
	.long	7919                            # 0x1eef
	.long	7919                            # 0x1eef
	.zero	4
	.zero	4
.LCPI0_4:
	.long	15838                           # 0x3dde
	.long	15838                           # 0x3dde
	.zero	4
	.zero	4
.LCPI0_5:
	.quad	4503595333451775                # 0xfffff000fffff
	.quad	4503595333451775                # 0xfffff000fffff
.LCPI0_6:
	.quad	4503595333451775                # 0xfffff000fffff
	.quad	4503586743517181                # 0xffffd000ffffd
.LCPI0_7:
	.quad	4                               # 0x4
	.quad	4                               # 0x4
.LCPI0_8:
	.long	4                               # 0x4
	.long	4                               # 0x4
	.zero	4
	.zero	4
.LCPI0_9:
	.zero	16,90
.LCPI0_10:
	.long	0                               # 0x0
	.long	1                               # 0x1
	.long	0                               # 0x0
	.long	0                               # 0x0
	.text
	.globl	main
	.p2align	4, 0x90
	.type	main,@function
main:                                   # @main
	.cfi_startproc
# %bb.0:
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%r13
	.cfi_def_cfa_offset 40
	pushq	%r12
	.cfi_def_cfa_offset 48
	pushq	%rbx
	.cfi_def_cfa_offset 56
	subq	$216, %rsp
	.cfi_def_cfa_offset 272
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	movl	%edi, %r14d
	xorl	%ebx, %ebx
	movl	$8388608, %esi                  # imm = 0x800000
	xorl	%edi, %edi
	movl	$3, %edx
	movl	$34, %ecx
	movl	$-1, %r8d
	xorl	%r9d, %r9d
	callq	mmap@PLT
	movq	%rax, %r15
	cmpq	$-1, %rax
	cmoveq	%rbx, %r15
	movl	$4194304, %esi                  # imm = 0x400000
	xorl	%edi, %edi
	movl	$3, %edx
	movl	$34, %ecx
	movl	$-1, %r8d
	xorl	%r9d, %r9d
	callq	mmap@PLT
	movq	%rax, %r12
	cmpq	$-1, %rax
	cmoveq	%rbx, %r12
	movl	$4194304, %esi                  # imm = 0x400000
	xorl	%edi, %edi
	movl	$3, %edx
	movl	$34, %ecx
	movl	$-1, %r8d
	xorl	%r9d, %r9d
	callq	mmap@PLT
	movq	%rax, %r13
	cmpq	$-1, %rax
	cmoveq	%rbx, %r13
	movl	$8388608, %esi                  # imm = 0x800000
	xorl	%edi, %edi
	movl	$3, %edx
	movl	$34, %ecx
	movl	$-1, %r8d
	xorl	%r9d, %r9d
	callq	mmap@PLT
	movq	%rax, %rdi
	cmpq	$-1, %rax
	cmoveq	%rbx, %rdi
	testq	%r15, %r15
	setne	%al
	testq	%r12, %r12
	setne	%cl
	andb	%al, %cl
	testq	%r13, %r13
	setne	%al
	testq	%rdi, %rdi
	setne	%dl
	andb	%al, %dl
	andb	%cl, %dl
	movl	$1, %eax
	cmpb	$1, %dl
	jne	.LBB0_57
# %bb.1:
	movq	%r13, %rax
	subq	%r12, %rax
	cmpq	$16, %rax
	jae	.LBB0_2
# %bb.13:
	movl	$1048574, %eax                  # imm = 0xFFFFE
	movl	$7919, %ecx                     # imm = 0x1EEF
	xorl	%edx, %edx
	.p2align	4, 0x90
.LBB0_14:                               # =>This Inner Loop Header: Depth=1
	movq	%rdx, (%r15,%rdx,8)
	leal	-7919(%rcx), %esi
	andl	$1048574, %esi                  # imm = 0xFFFFE
	movl	%esi, (%r12,%rdx,4)
	leal	1(%rax), %esi
	movl	%esi, (%r13,%rdx,4)
	leaq	1(%rdx), %rsi
	movq	%rsi, 8(%r15,%rdx,8)
	movl	%ecx, %esi
	andl	$1048575, %esi                  # imm = 0xFFFFF
	movl	%esi, 4(%r12,%rdx,4)
	movl	%eax, 4(%r13,%rdx,4)
	addl	$-2, %eax
	addl	$15838, %ecx                    # imm = 0x3DDE
	addq	$2, %rdx
	cmpq	$1048576, %rdx                  # imm = 0x100000
	jne	.LBB0_14
	jmp	.LBB0_4
.LBB0_2:
	movq	.LCPI0_10(%rip), %xmm0          # xmm0 = [0,1,0,0]
	movdqa	.LCPI0_1(%rip), %xmm1           # xmm1 = [0,0,0,0,0,0,0,0,1,0,0,0,0,0,0,0]
	xorl	%eax, %eax
	movdqa	.LCPI0_2(%rip), %xmm2           # xmm2 = [2,2]
	movdqa	.LCPI0_3(%rip), %xmm3           # xmm3 = [7919,7919,u,u]
	movdqa	.LCPI0_4(%rip), %xmm4           # xmm4 = [15838,15838,u,u]
	movdqa	.LCPI0_5(%rip), %xmm5           # xmm5 = [4503595333451775,4503595333451775]
	movdqa	.LCPI0_6(%rip), %xmm6           # xmm6 = [4503595333451775,4503586743517181]
	movdqa	.LCPI0_7(%rip), %xmm7           # xmm7 = [4,4]
	movdqa	.LCPI0_8(%rip), %xmm8           # xmm8 = [4,4,u,u]
	.p2align	4, 0x90
.LBB0_3:                                # =>This Inner Loop Header: Depth=1
	movdqa	%xmm1, %xmm9
	paddq	%xmm2, %xmm9
	movdqu	%xmm1, (%r15,%rax,8)
	movdqu	%xmm9, 16(%r15,%rax,8)
	movdqa	%xmm0, %xmm9
	pmuludq	%xmm3, %xmm9
	pshufd	$232, %xmm9, %xmm9              # xmm9 = xmm9[0,2,2,3]
	pshufd	$245, %xmm0, %xmm10             # xmm10 = xmm0[1,1,3,3]
	pmuludq	%xmm3, %xmm10
	pshufd	$232, %xmm10, %xmm10            # xmm10 = xmm10[0,2,2,3]
	punpckldq	%xmm10, %xmm9           # xmm9 = xmm9[0],xmm10[0],xmm9[1],xmm10[1]
	movdqa	%xmm9, %xmm10
	paddd	%xmm4, %xmm10
	punpcklqdq	%xmm10, %xmm9           # xmm9 = xmm9[0],xmm10[0]
	pand	%xmm5, %xmm9
	movdqu	%xmm9, (%r12,%rax,4)
	pshufd	$68, %xmm0, %xmm9               # xmm9 = xmm0[0,1,0,1]
	movdqa	%xmm6, %xmm10
	psubd	%xmm9, %xmm10
	movdqu	%xmm10, (%r13,%rax,4)
	addq	$4, %rax
	paddq	%xmm7, %xmm1
	paddd	%xmm8, %xmm0
	cmpq	$1048576, %rax                  # imm = 0x100000
	jne	.LBB0_3
.LBB0_4:
	movq	%rdi, 8(%rsp)                   # 8-byte Spill
	movabsq	$549755289600, %rbp             # imm = 0x7FFFF80000
	movq	%r15, %rdi
	movq	%r12, %rsi
	callq	gather
	movq	%rax, %rbx
	cmpq	%rbp, %rax
	je	.LBB0_6
# %bb.5:
	leaq	.L.str.10(%rip), %rdi
	leaq	.Lpageprefetch.text.15(%rip), %rsi
	movq	%rbx, %rdx
	movabsq	$549755289600, %rcx             # imm = 0x7FFFF80000
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_6:
	movl	%r14d, 4(%rsp)                  # 4-byte Spill
	xorl	%r14d, %r14d
	movabsq	$549755289600, %rax             # imm = 0x7FFFF80000
	cmpq	%rax, %rbx
	movq	%rax, %rbx
	setne	%r14b
	movq	%r15, %rdi
	movq	%r12, %rsi
	movq	%r13, %rdx
	callq	chain
	movq	%rax, %r13
	cmpq	%rbx, %rax
	je	.LBB0_8
# %bb.7:
	leaq	.L.str.10(%rip), %rdi
	leaq	.Lpageprefetch.text.23(%rip), %rsi
	movq	%r13, %rdx
	movq	%rbx, %rcx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_8:
	xorl	%ebp, %ebp
	cmpq	%rbx, %r13
	setne	%bpl
	addq	%r14, %rbp
	movq	%r15, %rdi
	callq	column
	movq	%rax, %r13
	cmpq	$536346624, %rax                # imm = 0x1FF80000
	je	.LBB0_10
# %bb.9:
	leaq	.L.str.10(%rip), %rdi
	leaq	.Lpageprefetch.text.32(%rip), %rsi
	movl	$536346624, %ecx                # imm = 0x1FF80000
	movq	%r13, %rdx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_10:
	xorl	%eax, %eax
	cmpq	$536346624, %r13                # imm = 0x1FF80000
	setne	%al
	addq	%rax, %rbp
	movq	8(%rsp), %r14                   # 8-byte Reload
	movq	%r14, %rdi
	callq	clear
	movq	%r14, %rsi
	incq	%rsi
	movl	$8388607, %edx                  # imm = 0x7FFFFF
	movq	%r14, %rdi
	callq	bcmp@PLT
	testl	%eax, %eax
	jne	.LBB0_15
# %bb.11:
	cmpb	$42, (%r14)
	jne	.LBB0_15
# %bb.12:
	xorl	%ebx, %ebx
	jmp	.LBB0_16
.LBB0_15:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.4(%rip), %rsi
	movl	$1, %ebx
	movl	$1, %edx
	xorl	%ecx, %ecx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_16:
	addq	%rbx, %rbp
	movq	%r15, 16(%rsp)
	movq	%r12, 24(%rsp)
	movabsq	$6510615555426900570, %r12      # imm = 0x5A5A5A5A5A5A5A5A
	movq	%r12, 208(%rsp)
	movaps	.LCPI0_9(%rip), %xmm0           # xmm0 = [90,90,90,90,90,90,90,90,90,90,90,90,90,90,90,90]
	movaps	%xmm0, 192(%rsp)
	movaps	%xmm0, 176(%rsp)
	movaps	%xmm0, 160(%rsp)
	movaps	%xmm0, 144(%rsp)
	movaps	%xmm0, 128(%rsp)
	movaps	%xmm0, 112(%rsp)
	movaps	%xmm0, 96(%rsp)
	movaps	%xmm0, 80(%rsp)
	movaps	%xmm0, 64(%rsp)
	movaps	%xmm0, 48(%rsp)
	movaps	%xmm0, 32(%rsp)
	movl	$4096, %esi                     # imm = 0x1000
	movq	%r15, %rdi
	callq	pp_hint@PLT
	movl	%eax, %ebx
	testl	%eax, %eax
	je	.LBB0_18
# %bb.17:
	movslq	%ebx, %rdx
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.5(%rip), %rsi
	xorl	%ecx, %ecx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_18:
	cmpl	$1, %ebx
	sbbq	$-1, %rbp
	leaq	16(%rsp), %rdi
	movl	$2, %esi
	callq	pp_hint_many@PLT
	movl	%eax, %ebx
	testl	%eax, %eax
	je	.LBB0_20
# %bb.19:
	movslq	%ebx, %rdx
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.6(%rip), %rsi
	xorl	%ecx, %ecx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_20:
	cmpl	$1, %ebx
	sbbq	$-1, %rbp
	movl	$8388608, %esi                  # imm = 0x800000
	movq	%r14, %rdi
	callq	pp_populate@PLT
	movl	%eax, %ebx
	testl	%eax, %eax
	je	.LBB0_22
# %bb.21:
	movslq	%ebx, %rdx
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.7(%rip), %rsi
	xorl	%ecx, %ecx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_22:
	cmpl	$1, %ebx
	sbbq	$-1, %rbp
	leaq	32(%rsp), %rdi
	callq	pp_stats@PLT
	movq	88(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_24
# %bb.23:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_24:
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	96(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_26
# %bb.25:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_26:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	104(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_28
# %bb.27:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_28:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	112(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_30
# %bb.29:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_30:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	120(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_32
# %bb.31:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_32:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	128(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_34
# %bb.33:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_34:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	136(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_36
# %bb.35:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_36:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	144(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_38
# %bb.37:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_38:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	152(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_40
# %bb.39:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_40:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	160(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_42
# %bb.41:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_42:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	168(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_44
# %bb.43:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_44:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	176(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_46
# %bb.45:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_46:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	184(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_48
# %bb.47:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_48:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	192(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_50
# %bb.49:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_50:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	200(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_52
# %bb.51:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_52:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	movq	208(%rsp), %r14
	cmpq	%r12, %r14
	je	.LBB0_54
# %bb.53:
	leaq	.L.str.10(%rip), %rdi
	leaq	.L.str.8(%rip), %rsi
	movl	$1, %ecx
	xorl	%edx, %edx
	xorl	%eax, %eax
	callq	printf@PLT
.LBB0_54:
	addq	%rbx, %rbp
	xorl	%ebx, %ebx
	cmpq	%r12, %r14
	setne	%bl
	cmpq	$3, 32(%rsp)
	setae	%al
	cmpq	$3, 40(%rsp)
	setae	%cl
	andb	%al, %cl
	movzbl	%cl, %esi
	leaq	.L.str.9(%rip), %rdi
	xorl	%eax, %eax
	callq	printf@PLT
	cmpl	$2, 4(%rsp)                     # 4-byte Folded Reload
	jl	.LBB0_56
# %bb.55:
	callq	pp_off@PLT
.LBB0_56:
	xorl	%eax, %eax
	orq	%rbx, %rbp
	sete	%al
	leal	1(,%rax,8), %eax
.LBB0_57:
	addq	$216, %rsp
	.cfi_def_cfa_offset 56
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%r12
	.cfi_def_cfa_offset 40
	popq	%r13
	.cfi_def_cfa_offset 32
	popq	%r14
	.cfi_def_cfa_offset 24
	popq	%r15
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	retq
.Lfunc_end0:
	.size	main, .Lfunc_end0-main
	.cfi_endproc
                                        # -- End function
	.p2align	4, 0x90                         # -- Begin function gather
	.type	gather,@function
gather:                                 # @gather
	.cfi_startproc
# %bb.0:
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%r13
	.cfi_def_cfa_offset 40
	pushq	%r12
	.cfi_def_cfa_offset 48
	pushq	%rbx
	.cfi_def_cfa_offset 56
	pushq	%rax
	.cfi_def_cfa_offset 64
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	movl	$1048576, %r12d                 # imm = 0x100000
	cmpq	$1048576, .Lpageprefetch.loop+16(%rip) # imm = 0x100000
	jbe	.LBB1_2
.LBB1_1:
	xorl	%eax, %eax
                                        # implicit-def: $rcx
	xorl	%edx, %edx
	xorl	%r13d, %r13d
	jmp	.LBB1_7
.LBB1_2:
	cmpq	$0, __pp_strip@GOTPCREL(%rip)
	je	.LBB1_1
# %bb.3:
	movq	%rdi, %r15
	movq	%rsi, %r14
	xorl	%ebp, %ebp
	xorl	%r13d, %r13d
.LBB1_4:
	leaq	(,%r13,4), %rbx
	leaq	.Lpageprefetch.loop(%rip), %rdi
	movl	$1048576, %r12d                 # imm = 0x100000
	movl	$1048576, %edx                  # imm = 0x100000
	movq	%rbx, %rsi
	movq	%r14, %rcx
	movq	%r15, %r8
	xorl	%eax, %eax
	callq	*__pp_strip@GOTPCREL(%rip)
	movq	%r15, %rdi
	movq	%r14, %rsi
	movq	%rax, %rcx
	movl	$262144, %edx                   # imm = 0x40000
	subq	%r13, %rdx
	movl	$1048576, %eax                  # imm = 0x100000
	subq	%rbx, %rax
	movq	%rdx, %r8
	cmpq	%rax, %rcx
	movq	%rbp, %rax
	jae	.LBB1_6
# %bb.5:
	shrq	$2, %rcx
	movl	$1, %r8d
	cmovneq	%rcx, %r8
.LBB1_6:
	cmpq	%rdx, %r8
	movq	%rdx, %rcx
	cmovbq	%r8, %rcx
	addq	%r13, %rcx
	leaq	(,%rcx,4), %r9
	cmpq	%rdx, %r8
	setb	%dl
	cmovbq	%r9, %r12
.LBB1_7:
	shlq	$2, %r13
	.p2align	4, 0x90
.LBB1_8:                                # =>This Inner Loop Header: Depth=1
	movl	(%rsi,%r13,4), %r8d
	movl	4(%rsi,%r13,4), %r9d
	addq	(%rdi,%r8,8), %rax
	addq	(%rdi,%r9,8), %rax
	movl	8(%rsi,%r13,4), %r8d
	addq	(%rdi,%r8,8), %rax
	movl	12(%rsi,%r13,4), %r8d
	addq	(%rdi,%r8,8), %rax
	addq	$4, %r13
	cmpq	%r13, %r12
	jne	.LBB1_8
# %bb.9:
	testb	%dl, %dl
	jne	.LBB1_10
# %bb.11:
	addq	$8, %rsp
	.cfi_def_cfa_offset 56
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%r12
	.cfi_def_cfa_offset 40
	popq	%r13
	.cfi_def_cfa_offset 32
	popq	%r14
	.cfi_def_cfa_offset 24
	popq	%r15
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	retq
.LBB1_10:
	.cfi_def_cfa_offset 64
	movq	%rax, %rbp
	movq	%rdi, %r15
	movq	%rsi, %r14
	movq	%rcx, %r13
	jmp	.LBB1_4
.Lfunc_end1:
	.size	gather, .Lfunc_end1-gather
	.cfi_endproc
                                        # -- End function
	.p2align	4, 0x90                         # -- Begin function chain
	.type	chain,@function
chain:                                  # @chain
	.cfi_startproc
# %bb.0:
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%r13
	.cfi_def_cfa_offset 40
	pushq	%r12
	.cfi_def_cfa_offset 48
	pushq	%rbx
	.cfi_def_cfa_offset 56
	pushq	%rax
	.cfi_def_cfa_offset 64
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	movl	$1048576, %r13d                 # imm = 0x100000
	cmpq	$1048576, .Lpageprefetch.loop.28+16(%rip) # imm = 0x100000
	jbe	.LBB2_2
.LBB2_1:
	xorl	%eax, %eax
                                        # implicit-def: $rcx
	xorl	%r8d, %r8d
	xorl	%ebp, %ebp
	jmp	.LBB2_7
.LBB2_2:
	cmpq	$0, __pp_strip@GOTPCREL(%rip)
	je	.LBB2_1
# %bb.3:
	movq	%rdi, %r12
	movq	%rsi, %r14
	movq	%rdx, %r15
	movq	$0, (%rsp)                      # 8-byte Folded Spill
	xorl	%ebp, %ebp
.LBB2_4:
	leaq	(,%rbp,4), %rbx
	leaq	.Lpageprefetch.loop.28(%rip), %rdi
	movl	$1048576, %r13d                 # imm = 0x100000
	movl	$1048576, %edx                  # imm = 0x100000
	movq	%rbx, %rsi
	movq	%r14, %rcx
	movq	%r15, %r8
	movq	%r12, %r9
	xorl	%eax, %eax
	callq	*__pp_strip@GOTPCREL(%rip)
	movq	%r12, %rdi
	movq	%r14, %rsi
	movq	%r15, %rdx
	movq	%rax, %rcx
	movl	$262144, %r8d                   # imm = 0x40000
	subq	%rbp, %r8
	movl	$1048576, %eax                  # imm = 0x100000
	subq	%rbx, %rax
	movq	%r8, %r9
	cmpq	%rax, %rcx
	movq	(%rsp), %rax                    # 8-byte Reload
	jae	.LBB2_6
# %bb.5:
	shrq	$2, %rcx
	movl	$1, %r9d
	cmovneq	%rcx, %r9
.LBB2_6:
	cmpq	%r8, %r9
	movq	%r8, %rcx
	cmovbq	%r9, %rcx
	addq	%rbp, %rcx
	leaq	(,%rcx,4), %r10
	cmpq	%r8, %r9
	setb	%r8b
	cmovbq	%r10, %r13
.LBB2_7:
	shlq	$2, %rbp
	.p2align	4, 0x90
.LBB2_8:                                # =>This Inner Loop Header: Depth=1
	movl	(%rsi,%rbp,4), %r9d
	movl	4(%rsi,%rbp,4), %r10d
	movl	(%rdx,%r9,4), %r9d
	addq	(%rdi,%r9,8), %rax
	movl	(%rdx,%r10,4), %r9d
	addq	(%rdi,%r9,8), %rax
	movl	8(%rsi,%rbp,4), %r9d
	movl	(%rdx,%r9,4), %r9d
	addq	(%rdi,%r9,8), %rax
	movl	12(%rsi,%rbp,4), %r9d
	movl	(%rdx,%r9,4), %r9d
	addq	(%rdi,%r9,8), %rax
	addq	$4, %rbp
	cmpq	%rbp, %r13
	jne	.LBB2_8
# %bb.9:
	testb	%r8b, %r8b
	jne	.LBB2_10
# %bb.11:
	addq	$8, %rsp
	.cfi_def_cfa_offset 56
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%r12
	.cfi_def_cfa_offset 40
	popq	%r13
	.cfi_def_cfa_offset 32
	popq	%r14
	.cfi_def_cfa_offset 24
	popq	%r15
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	retq
.LBB2_10:
	.cfi_def_cfa_offset 64
	movq	%rax, (%rsp)                    # 8-byte Spill
	movq	%rdi, %r12
	movq	%rsi, %r14
	movq	%rdx, %r15
	movq	%rcx, %rbp
	jmp	.LBB2_4
.Lfunc_end2:
	.size	chain, .Lfunc_end2-chain
	.cfi_endproc
                                        # -- End function
	.p2align	4, 0x90                         # -- Begin function column
	.type	column,@function
column:                                 # @column
	.cfi_startproc
# %bb.0:
	cmpq	$1024, .Lpageprefetch.loop.35+16(%rip) # imm = 0x400
	ja	.LBB3_2
# %bb.1:
	cmpq	$0, __pp_strip@GOTPCREL(%rip)
	jne	column.pp_strips                # TAILCALL
.LBB3_2:
	xorl	%ecx, %ecx
	xorl	%eax, %eax
	.p2align	4, 0x90
.LBB3_3:                                # =>This Inner Loop Header: Depth=1
	addq	(%rdi,%rcx), %rax
	addq	8192(%rdi,%rcx), %rax
	addq	16384(%rdi,%rcx), %rax
	addq	24576(%rdi,%rcx), %rax
	addq	$32768, %rcx                    # imm = 0x8000
	cmpq	$8388608, %rcx                  # imm = 0x800000
	jne	.LBB3_3
# %bb.4:
	retq
.Lfunc_end3:
	.size	column, .Lfunc_end3-column
	.cfi_endproc
                                        # -- End function
	.p2align	4, 0x90                         # -- Begin function clear
	.type	clear,@function
clear:                                  # @clear
	.cfi_startproc
# %bb.0:
	movl	$8388608, %edx                  # imm = 0x800000
	movl	$42, %esi
	jmp	pageprefetch.memset             # TAILCALL
.Lfunc_end4:
	.size	clear, .Lfunc_end4-clear
	.cfi_endproc
                                        # -- End function
	.section	.text.unlikely.,"ax",@progbits
	.p2align	4, 0x90                         # -- Begin function column.pp_strips
	.type	column.pp_strips,@function
column.pp_strips:                       # @column.pp_strips
	.cfi_startproc
# %bb.0:
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%r13
	.cfi_def_cfa_offset 40
	pushq	%r12
	.cfi_def_cfa_offset 48
	pushq	%rbx
	.cfi_def_cfa_offset 56
	pushq	%rax
	.cfi_def_cfa_offset 64
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	movq	%rdi, %rbx
	leaq	24576(%rdi), %r13
	movq	__pp_strip@GOTPCREL(%rip), %r14
	xorl	%r15d, %r15d
	xorl	%ebp, %ebp
.LBB5_1:                                # =>This Loop Header: Depth=1
                                        #     Child Loop BB5_4 Depth 2
	leaq	(,%rbp,4), %r12
	movl	$1024, %edx                     # imm = 0x400
	leaq	.Lpageprefetch.loop.35(%rip), %rdi
	movq	%r12, %rsi
	movq	%rbx, %rcx
	xorl	%eax, %eax
	callq	*%r14
	movl	$256, %ecx                      # imm = 0x100
	subq	%rbp, %rcx
	movl	$1024, %esi                     # imm = 0x400
	subq	%r12, %rsi
	movq	%rcx, %rdx
	cmpq	%rsi, %rax
	jae	.LBB5_3
# %bb.2:                                #   in Loop: Header=BB5_1 Depth=1
	shrq	$2, %rax
	movl	$1, %edx
	cmoveq	%rdx, %rax
	movq	%rax, %rdx
.LBB5_3:                                #   in Loop: Header=BB5_1 Depth=1
	cmpq	%rcx, %rdx
	movq	%rcx, %rax
	cmovbq	%rdx, %rax
	addq	%rbp, %rax
	leaq	(,%rax,4), %rsi
	cmpq	%rcx, %rdx
	movl	$1024, %edi                     # imm = 0x400
	cmovaeq	%rdi, %rsi
	subq	%r12, %rsi
	shlq	$15, %rbp
	addq	%r13, %rbp
	.p2align	4, 0x90
.LBB5_4:                                #   Parent Loop BB5_1 Depth=1
                                        # =>  This Inner Loop Header: Depth=2
	addq	-24576(%rbp), %r15
	addq	-16384(%rbp), %r15
	addq	-8192(%rbp), %r15
	addq	(%rbp), %r15
	addq	$32768, %rbp                    # imm = 0x8000
	addq	$-4, %rsi
	jne	.LBB5_4
# %bb.5:                                #   in Loop: Header=BB5_1 Depth=1
	movq	%rax, %rbp
	cmpq	%rcx, %rdx
	jb	.LBB5_1
# %bb.6:
	movq	%r15, %rax
	addq	$8, %rsp
	.cfi_def_cfa_offset 56
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%r12
	.cfi_def_cfa_offset 40
	popq	%r13
	.cfi_def_cfa_offset 32
	popq	%r14
	.cfi_def_cfa_offset 24
	popq	%r15
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	retq
.Lfunc_end5:
	.size	column.pp_strips, .Lfunc_end5-column.pp_strips
	.cfi_endproc
                                        # -- End function
	.p2align	4, 0x90                         # -- Begin function pageprefetch.memset
	.type	pageprefetch.memset,@function
pageprefetch.memset:                    # @pageprefetch.memset
# %bb.0:
	cmpq	$0, __pp_memset@GOTPCREL(%rip)
	je	memset@PLT                      # TAILCALL
# %bb.1:
	jmpq	*__pp_memset@GOTPCREL(%rip)     # TAILCALL
.Lfunc_end6:
	.size	pageprefetch.memset, .Lfunc_end6-pageprefetch.memset
                                        # -- End function
	.type	.L.str.4,@object                # @.str.4
	.section	.rodata.str1.1,"aMS",@progbits,1
.L.str.4:
	.asciz	"cleared"
	.size	.L.str.4, 8

	.type	.L.str.5,@object                # @.str.5
.L.str.5:
	.asciz	"pp_hint"
	.size	.L.str.5, 8

	.type	.L.str.6,@object                # @.str.6
.L.str.6:
	.asciz	"pp_hint_many"
	.size	.L.str.6, 13

	.type	.L.str.7,@object                # @.str.7
.L.str.7:
	.asciz	"pp_populate"
	.size	.L.str.7, 12

	.type	.L.str.8,@object                # @.str.8
.L.str.8:
	.asciz	"behind the statistics"
	.size	.L.str.8, 22

	.type	.L.str.9,@object                # @.str.9
.L.str.9:
	.asciz	"hints %d\n"
	.size	.L.str.9, 10

	.type	.L.str.10,@object               # @.str.10
.L.str.10:
	.asciz	"%s: %ld, expected %ld\n"
	.size	.L.str.10, 23

	.type	.Lpageprefetch.sites,@object    # @pageprefetch.sites
	.data
	.p2align	3, 0x0
.Lpageprefetch.sites:
	.short	1                               # 0x1
	.short	42                              # 0x2a
	.long	4                               # 0x4
	.long	0                               # 0x0
	.long	0                               # 0x0
	.long	0                               # 0x0
	.long	0                               # 0x0
	.quad	.Lpageprefetch.text.31
	.quad	0
	.short	2                               # 0x2
	.short	0                               # 0x0
	.long	8                               # 0x8
	.long	0                               # 0x0
	.long	0                               # 0x0
	.long	0                               # 0x0
	.long	0                               # 0x0
	.quad	.Lpageprefetch.text.31
	.quad	0
	.size	.Lpageprefetch.sites, 80

	.type	.Lpageprefetch.text.15,@object  # @pageprefetch.text.15
	.section	.rodata.str1.1,"aMS",@progbits,1
.Lpageprefetch.text.15:
	.asciz	"gather"
	.size	.Lpageprefetch.text.15, 7

	.type	.Lpageprefetch.instructions,@object # @pageprefetch.instructions
	.section	.rodata,"a",@progbits
	.p2align	3, 0x0
.Lpageprefetch.instructions:
	.byte	4                               # 0x4
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	0                               # 0x0
	.byte	2                               # 0x2
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	4                               # 0x4
	.byte	2                               # 0x2
	.byte	2                               # 0x2
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	4                               # 0x4
	.byte	34                              # 0x22
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	1                               # 0x1
	.byte	2                               # 0x2
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	0                               # 0x0
	.zero	16
	.size	.Lpageprefetch.instructions, 80

	.type	.Lpageprefetch.program,@object  # @pageprefetch.program
	.section	.data.rel.ro,"aw",@progbits
	.p2align	3, 0x0
.Lpageprefetch.program:
	.short	5                               # 0x5
	.short	2                               # 0x2
	.short	0                               # 0x0
	.short	3                               # 0x3
	.short	2                               # 0x2
	.short	0                               # 0x0
	.short	0                               # 0x0
	.short	0                               # 0x0
	.quad	.Lpageprefetch.instructions
	.size	.Lpageprefetch.program, 24

	.type	.Lpageprefetch.instructions.16,@object # @pageprefetch.instructions.16
	.section	.rodata,"a",@progbits
	.p2align	3, 0x0
.Lpageprefetch.instructions.16:
	.byte	3                               # 0x3
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	0                               # 0x0
	.byte	8                               # 0x8
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.quad	4                               # 0x4
	.byte	6                               # 0x6
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	2                               # 0x2
	.byte	0                               # 0x0
	.quad	0                               # 0x0
	.byte	29                              # 0x1d
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	4                               # 0x4
	.byte	4                               # 0x4
	.byte	0                               # 0x0
	.quad	0                               # 0x0
	.byte	8                               # 0x8
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.quad	8                               # 0x8
	.byte	6                               # 0x6
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	2                               # 0x2
	.byte	0                               # 0x0
	.quad	1                               # 0x1
	.byte	33                              # 0x21
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.quad	8                               # 0x8
	.zero	16
	.size	.Lpageprefetch.instructions.16, 128

	.type	.Lpageprefetch.program.17,@object # @pageprefetch.program.17
	.section	.data.rel.ro,"aw",@progbits
	.p2align	3, 0x0
.Lpageprefetch.program.17:
	.short	8                               # 0x8
	.short	2                               # 0x2
	.short	0                               # 0x0
	.short	1                               # 0x1
	.short	2                               # 0x2
	.short	0                               # 0x0
	.short	0                               # 0x0
	.short	0                               # 0x0
	.quad	.Lpageprefetch.instructions.16
	.size	.Lpageprefetch.program.17, 24

	.type	.Lpageprefetch.loop,@object     # @pageprefetch.loop
	.data
	.p2align	3, 0x0
.Lpageprefetch.loop:
	.long	3                               # 0x3
	.long	2                               # 0x2
	.long	2                               # 0x2
	.long	0                               # 0x0
	.quad	16                              # 0x10
	.quad	256                             # 0x100
	.quad	.Lpageprefetch.text.31
	.quad	.Lpageprefetch.text.15
	.long	0                               # 0x0
	.long	0                               # 0x0
	.quad	.Lpageprefetch.sites
	.quad	.Lpageprefetch.program
	.quad	.Lpageprefetch.program.17
	.quad	0
	.quad	16                              # 0x10
	.size	.Lpageprefetch.loop, 96

	.type	.Lpageprefetch.sites.21,@object # @pageprefetch.sites.21
	.p2align	3, 0x0
.Lpageprefetch.sites.21:
	.short	1                               # 0x1
	.short	42                              # 0x2a
	.long	4                               # 0x4
	.long	0                               # 0x0
	.long	0                               # 0x0
	.long	0                               # 0x0
	.long	0                               # 0x0
	.quad	.Lpageprefetch.text.31
	.quad	0
	.short	2                               # 0x2
	.short	2                               # 0x2
	.long	4                               # 0x4
	.long	0                               # 0x0
	.long	0                               # 0x0
	.long	0                               # 0x0
	.long	0                               # 0x0
	.quad	.Lpageprefetch.text.31
	.quad	0
	.short	2                               # 0x2
	.short	0                               # 0x0
	.long	8                               # 0x8
	.long	0                               # 0x0
	.long	0                               # 0x0
	.long	0                               # 0x0
	.long	0                               # 0x0
	.quad	.Lpageprefetch.text.31
	.quad	0
	.size	.Lpageprefetch.sites.21, 120

	.type	.Lpageprefetch.text.23,@object  # @pageprefetch.text.23
	.section	.rodata.str1.1,"aMS",@progbits,1
.Lpageprefetch.text.23:
	.asciz	"chain"
	.size	.Lpageprefetch.text.23, 6

	.type	.Lpageprefetch.instructions.24,@object # @pageprefetch.instructions.24
	.section	.rodata,"a",@progbits
	.p2align	3, 0x0
.Lpageprefetch.instructions.24:
	.byte	4                               # 0x4
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	0                               # 0x0
	.byte	2                               # 0x2
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	4                               # 0x4
	.byte	2                               # 0x2
	.byte	2                               # 0x2
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	4                               # 0x4
	.byte	34                              # 0x22
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	1                               # 0x1
	.byte	2                               # 0x2
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	0                               # 0x0
	.zero	16
	.size	.Lpageprefetch.instructions.24, 80

	.type	.Lpageprefetch.program.25,@object # @pageprefetch.program.25
	.section	.data.rel.ro,"aw",@progbits
	.p2align	3, 0x0
.Lpageprefetch.program.25:
	.short	5                               # 0x5
	.short	3                               # 0x3
	.short	0                               # 0x0
	.short	3                               # 0x3
	.short	3                               # 0x3
	.short	0                               # 0x0
	.short	0                               # 0x0
	.short	0                               # 0x0
	.quad	.Lpageprefetch.instructions.24
	.size	.Lpageprefetch.program.25, 24

	.type	.Lpageprefetch.instructions.26,@object # @pageprefetch.instructions.26
	.section	.rodata,"a",@progbits
	.p2align	3, 0x0
.Lpageprefetch.instructions.26:
	.byte	3                               # 0x3
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	0                               # 0x0
	.byte	8                               # 0x8
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.quad	4                               # 0x4
	.byte	6                               # 0x6
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	2                               # 0x2
	.byte	0                               # 0x0
	.quad	0                               # 0x0
	.byte	29                              # 0x1d
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	4                               # 0x4
	.byte	4                               # 0x4
	.byte	0                               # 0x0
	.quad	0                               # 0x0
	.byte	8                               # 0x8
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.quad	4                               # 0x4
	.byte	6                               # 0x6
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	2                               # 0x2
	.byte	0                               # 0x0
	.quad	1                               # 0x1
	.byte	33                              # 0x21
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.quad	4                               # 0x4
	.byte	29                              # 0x1d
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	4                               # 0x4
	.byte	4                               # 0x4
	.byte	0                               # 0x0
	.quad	0                               # 0x0
	.byte	8                               # 0x8
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.quad	8                               # 0x8
	.byte	6                               # 0x6
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	2                               # 0x2
	.byte	0                               # 0x0
	.quad	2                               # 0x2
	.byte	33                              # 0x21
	.byte	2                               # 0x2
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.quad	8                               # 0x8
	.zero	16
	.size	.Lpageprefetch.instructions.26, 192

	.type	.Lpageprefetch.program.27,@object # @pageprefetch.program.27
	.section	.data.rel.ro,"aw",@progbits
	.p2align	3, 0x0
.Lpageprefetch.program.27:
	.short	12                              # 0xc
	.short	3                               # 0x3
	.short	0                               # 0x0
	.short	1                               # 0x1
	.short	3                               # 0x3
	.short	0                               # 0x0
	.short	0                               # 0x0
	.short	0                               # 0x0
	.quad	.Lpageprefetch.instructions.26
	.size	.Lpageprefetch.program.27, 24

	.type	.Lpageprefetch.loop.28,@object  # @pageprefetch.loop.28
	.data
	.p2align	3, 0x0
.Lpageprefetch.loop.28:
	.long	3                               # 0x3
	.long	3                               # 0x3
	.long	3                               # 0x3
	.long	0                               # 0x0
	.quad	16                              # 0x10
	.quad	256                             # 0x100
	.quad	.Lpageprefetch.text.31
	.quad	.Lpageprefetch.text.23
	.long	0                               # 0x0
	.long	0                               # 0x0
	.quad	.Lpageprefetch.sites.21
	.quad	.Lpageprefetch.program.25
	.quad	.Lpageprefetch.program.27
	.quad	0
	.quad	16                              # 0x10
	.size	.Lpageprefetch.loop.28, 96

	.type	.Lpageprefetch.sites.30,@object # @pageprefetch.sites.30
	.p2align	3, 0x0
.Lpageprefetch.sites.30:
	.short	1                               # 0x1
	.short	40                              # 0x28
	.long	8                               # 0x8
	.long	0                               # 0x0
	.long	0                               # 0x0
	.long	0                               # 0x0
	.long	0                               # 0x0
	.quad	.Lpageprefetch.text.31
	.quad	0
	.size	.Lpageprefetch.sites.30, 40

	.type	.Lpageprefetch.text.31,@object  # @pageprefetch.text.31
	.section	.rodata.str1.1,"aMS",@progbits,1
.Lpageprefetch.text.31:
	.asciz	"frozen.c"
	.size	.Lpageprefetch.text.31, 9

	.type	.Lpageprefetch.text.32,@object  # @pageprefetch.text.32
.Lpageprefetch.text.32:
	.asciz	"column"
	.size	.Lpageprefetch.text.32, 7

	.type	.Lpageprefetch.instructions.33,@object # @pageprefetch.instructions.33
	.section	.rodata,"a",@progbits
	.p2align	3, 0x0
.Lpageprefetch.instructions.33:
	.byte	4                               # 0x4
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	0                               # 0x0
	.byte	2                               # 0x2
	.byte	1                               # 0x1
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	8192                            # 0x2000
	.byte	2                               # 0x2
	.byte	2                               # 0x2
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	8                               # 0x8
	.byte	34                              # 0x22
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	1                               # 0x1
	.byte	2                               # 0x2
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.byte	0                               # 0x0
	.quad	0                               # 0x0
	.zero	16
	.size	.Lpageprefetch.instructions.33, 80

	.type	.Lpageprefetch.program.34,@object # @pageprefetch.program.34
	.section	.data.rel.ro,"aw",@progbits
	.p2align	3, 0x0
.Lpageprefetch.program.34:
	.short	5                               # 0x5
	.short	1                               # 0x1
	.short	0                               # 0x0
	.short	3                               # 0x3
	.short	1                               # 0x1
	.short	0                               # 0x0
	.short	0                               # 0x0
	.short	0                               # 0x0
	.quad	.Lpageprefetch.instructions.33
	.size	.Lpageprefetch.program.34, 24

	.type	.Lpageprefetch.loop.35,@object  # @pageprefetch.loop.35
	.data
	.p2align	3, 0x0
.Lpageprefetch.loop.35:
	.long	3                               # 0x3
	.long	1                               # 0x1
	.long	1                               # 0x1
	.long	0                               # 0x0
	.quad	16                              # 0x10
	.quad	256                             # 0x100
	.quad	.Lpageprefetch.text.31
	.quad	.Lpageprefetch.text.32
	.long	0                               # 0x0
	.long	0                               # 0x0
	.quad	.Lpageprefetch.sites.30
	.quad	.Lpageprefetch.program.34
	.quad	0
	.quad	0
	.quad	16                              # 0x10
	.size	.Lpageprefetch.loop.35, 96

	.weak	__pp_strip
	.weak	__pp_memset
	.ident	"Debian clang version 19.1.7 (3~deb12u1)"
	.section	".note.GNU-stack","",@progbits
