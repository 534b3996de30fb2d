# SPDX-License-Identifier: MIT
	.file	"frozen.c"
	.text
	.p2align 4
	.type	memory, @function
memory:
.LFB16:
	.cfi_startproc
	subq	$8, %rsp
	.cfi_def_cfa_offset 16
	movq	%rdi, %rsi
	xorl	%r9d, %r9d
	movl	$3, %edx
	xorl	%edi, %edi
	movl	$-1, %r8d
	movl	$34, %ecx
	call	mmap@PLT
	xorl	%edx, %edx
	cmpq	$-1, %rax
	cmove	%rdx, %rax
	addq	$8, %rsp
	.cfi_def_cfa_offset 8
	ret
	.cfi_endproc
.LFE16:
	.size	memory, .-memory
	.p2align 4
	.type	clear.constprop.0, @function
clear.constprop.0:
.LFB18:
	.cfi_startproc
	cmpq	$0, __pp_memset@GOTPCREL(%rip)
	movl	$8388608, %edx
	movl	$42, %esi
	je	.L6
	jmp	*__pp_memset@GOTPCREL(%rip)
	.p2align 4,,10
	.p2align 3
.L6:
	jmp	memset@PLT
	.cfi_endproc
.LFE18:
	.size	clear.constprop.0, .-clear.constprop.0
	.p2align 4
	.type	column.constprop.0, @function
column.constprop.0:
.LFB19:
	.cfi_startproc
	xorl	%eax, %eax
	leaq	8388608(%rdi), %rcx
	cmpq	$1024, 16+__pp_loop.3(%rip)
	jbe	.L8
	.p2align 4,,10
	.p2align 3
.L9:
	addq	(%rdi), %rax
	addq	$8192, %rdi
	cmpq	%rcx, %rdi
	jne	.L9
	ret
.L8:
	cmpq	$0, __pp_strip@GOTPCREL(%rip)
	je	.L9
	movq	%rdi, %rdx
	movq	%rdi, %rsi
	movq	%rcx, %rdi
	jmp	column.constprop.0.pp_strips.0
	.cfi_endproc
.LFE19:
	.size	column.constprop.0, .-column.constprop.0
	.p2align 4
	.type	chain.constprop.0, @function
chain.constprop.0:
.LFB21:
	.cfi_startproc
	pushq	%r15
	.cfi_def_cfa_offset 16
	.cfi_offset 15, -16
	movq	%rdx, %r8
	movq	%rdi, %r15
	pushq	%r14
	.cfi_def_cfa_offset 24
	.cfi_offset 14, -24
	movq	%rsi, %r14
	pushq	%r13
	.cfi_def_cfa_offset 32
	.cfi_offset 13, -32
	pushq	%r12
	.cfi_def_cfa_offset 40
	.cfi_offset 12, -40
	leaq	4194304(%rsi), %r12
	pushq	%rbp
	.cfi_def_cfa_offset 48
	.cfi_offset 6, -48
	pushq	%rbx
	.cfi_def_cfa_offset 56
	.cfi_offset 3, -56
	movq	%rsi, %rbx
	subq	$24, %rsp
	.cfi_def_cfa_offset 80
	cmpq	$1048576, 16+__pp_loop.9(%rip)
	jbe	.L24
.L21:
	movq	%r12, %rdx
	xorl	%ebp, %ebp
	xorl	%r13d, %r13d
	.p2align 4,,10
	.p2align 3
.L18:
	movl	(%rbx), %eax
	addq	$4, %rbx
	movl	(%r8,%rax,4), %eax
	addq	(%r15,%rax,8), %rbp
	cmpq	%rdx, %rbx
	jne	.L18
	testq	%r13, %r13
	jne	.L19
	addq	$24, %rsp
	.cfi_remember_state
	.cfi_def_cfa_offset 56
	movq	%rbp, %rax
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%rbp
	.cfi_def_cfa_offset 40
	popq	%r12
	.cfi_def_cfa_offset 32
	popq	%r13
	.cfi_def_cfa_offset 24
	popq	%r14
	.cfi_def_cfa_offset 16
	popq	%r15
	.cfi_def_cfa_offset 8
	ret
.L24:
	.cfi_restore_state
	cmpq	$0, __pp_strip@GOTPCREL(%rip)
	je	.L21
	movl	$1048576, %r13d
	xorl	%ebp, %ebp
.L19:
	movl	$1048576, %esi
	movl	$1048575, %eax
	movq	%r14, %rcx
	movq	%r15, %r9
	subq	%r13, %rsi
	movq	%r8, 8(%rsp)
	movl	$1048576, %edx
	leaq	__pp_loop.9(%rip), %rdi
	cmpq	%rax, %rsi
	cmova	%rax, %rsi
	xorl	%eax, %eax
	call	*__pp_strip@GOTPCREL(%rip)
	movq	%r13, %rcx
	movq	8(%rsp), %r8
	cmpq	%r13, %rax
	cmovbe	%rax, %rcx
	movq	%rcx, %rdx
	subq	%r13, %rdx
	cmpq	%r13, %rax
	leaq	4194304(%r14,%rdx,4), %rdx
	cmovnb	%r12, %rdx
	subq	%rcx, %r13
	jmp	.L18
	.cfi_endproc
.LFE21:
	.size	chain.constprop.0, .-chain.constprop.0
	.p2align 4
	.type	gather.constprop.0, @function
gather.constprop.0:
.LFB22:
	.cfi_startproc
	pushq	%r14
	.cfi_def_cfa_offset 16
	.cfi_offset 14, -16
	movq	%rdi, %r14
	pushq	%r13
	.cfi_def_cfa_offset 24
	.cfi_offset 13, -24
	movq	%rsi, %r13
	pushq	%r12
	.cfi_def_cfa_offset 32
	.cfi_offset 12, -32
	leaq	4194304(%rsi), %r12
	pushq	%rbp
	.cfi_def_cfa_offset 40
	.cfi_offset 6, -40
	pushq	%rbx
	.cfi_def_cfa_offset 48
	.cfi_offset 3, -48
	movq	%rsi, %rbx
	subq	$16, %rsp
	.cfi_def_cfa_offset 64
	cmpq	$1048576, 16+__pp_loop.15(%rip)
	jbe	.L33
.L30:
	movq	%r12, %rcx
	pxor	%xmm0, %xmm0
	xorl	%ebp, %ebp
	.p2align 4,,10
	.p2align 3
.L27:
	movl	(%rbx), %edx
	movl	4(%rbx), %eax
	addq	$16, %rbx
	movq	(%r14,%rdx,8), %xmm1
	movl	-8(%rbx), %edx
	movhps	(%r14,%rax,8), %xmm1
	movl	-4(%rbx), %eax
	paddq	%xmm1, %xmm0
	movq	(%r14,%rdx,8), %xmm1
	movhps	(%r14,%rax,8), %xmm1
	paddq	%xmm1, %xmm0
	cmpq	%rcx, %rbx
	jne	.L27
	testq	%rbp, %rbp
	jne	.L28
	movdqa	%xmm0, %xmm1
	addq	$16, %rsp
	.cfi_remember_state
	.cfi_def_cfa_offset 48
	psrldq	$8, %xmm1
	popq	%rbx
	.cfi_def_cfa_offset 40
	popq	%rbp
	.cfi_def_cfa_offset 32
	paddq	%xmm1, %xmm0
	popq	%r12
	.cfi_def_cfa_offset 24
	popq	%r13
	.cfi_def_cfa_offset 16
	movq	%xmm0, %rax
	popq	%r14
	.cfi_def_cfa_offset 8
	ret
.L33:
	.cfi_restore_state
	cmpq	$0, __pp_strip@GOTPCREL(%rip)
	je	.L30
	pxor	%xmm0, %xmm0
	movl	$262144, %ebp
.L28:
	movl	$262144, %esi
	movl	$1048575, %eax
	movq	%r13, %rcx
	movq	%r14, %r8
	subq	%rbp, %rsi
	movaps	%xmm0, (%rsp)
	movl	$1048576, %edx
	leaq	__pp_loop.15(%rip), %rdi
	salq	$2, %rsi
	cmpq	%rax, %rsi
	cmova	%rax, %rsi
	xorl	%eax, %eax
	call	*__pp_strip@GOTPCREL(%rip)
	movl	$1, %edx
	movdqa	(%rsp), %xmm0
	shrq	$2, %rax
	cmove	%rdx, %rax
	cmpq	%rax, %rbp
	movq	%rax, %rsi
	cmovbe	%rbp, %rsi
	movq	%rsi, %rdx
	subq	%rbp, %rdx
	addq	$262143, %rdx
	salq	$4, %rdx
	cmpq	%rbp, %rax
	leaq	16(%r13,%rdx), %rcx
	cmovnb	%r12, %rcx
	subq	%rsi, %rbp
	jmp	.L27
	.cfi_endproc
.LFE22:
	.size	gather.constprop.0, .-gather.constprop.0
	.section	.rodata.str1.1,"aMS",@progbits,1
.LC0:
	.string	"gather"
.LC1:
	.string	"%s: %ld, expected %ld\n"
.LC2:
	.string	"chain"
.LC3:
	.string	"column"
.LC4:
	.string	"clear"
.LC5:
	.string	"cleared"
.LC6:
	.string	"pp_hint"
.LC7:
	.string	"pp_hint_many"
.LC8:
	.string	"pp_populate"
.LC9:
	.string	"behind the statistics"
.LC10:
	.string	"hints %d\n"
	.section	.text.startup,"ax",@progbits
	.p2align 4
	.globl	main
	.type	main, @function
main:
.LFB17:
	.cfi_startproc
	pushq	%r15
	.cfi_def_cfa_offset 16
	.cfi_offset 15, -16
	pushq	%r14
	.cfi_def_cfa_offset 24
	.cfi_offset 14, -24
	pushq	%r13
	.cfi_def_cfa_offset 32
	.cfi_offset 13, -32
	pushq	%r12
	.cfi_def_cfa_offset 40
	.cfi_offset 12, -40
	pushq	%rbp
	.cfi_def_cfa_offset 48
	.cfi_offset 6, -48
	pushq	%rbx
	.cfi_def_cfa_offset 56
	.cfi_offset 3, -56
	subq	$232, %rsp
	.cfi_def_cfa_offset 288
	movl	%edi, 12(%rsp)
	movl	$8388608, %edi
	call	memory
	movl	$4194304, %edi
	movq	%rax, %r12
	call	memory
	movl	$4194304, %edi
	movq	%rax, %r13
	call	memory
	movl	$8388608, %edi
	movq	%rax, %r14
	call	memory
	testq	%r12, %r12
	je	.L35
	testq	%r13, %r13
	je	.L35
	testq	%r14, %r14
	je	.L35
	movq	%rax, %rbx
	testq	%rax, %rax
	je	.L35
	xorl	%edx, %edx
	xorl	%eax, %eax
	movl	$1048575, %esi
	.p2align 4,,10
	.p2align 3
.L36:
	movq	%rdx, %rcx
	movq	%rax, (%r12,%rax,8)
	addq	$7919, %rdx
	andl	$1048575, %ecx
	movl	%ecx, 0(%r13,%rax,4)
	movl	%esi, %ecx
	subl	%eax, %ecx
	movl	%ecx, (%r14,%rax,4)
	addq	$1, %rax
	cmpq	$1048576, %rax
	jne	.L36
	movq	%r13, %rsi
	movq	%r12, %rdi
	call	gather.constprop.0
	movl	$1048575, %ecx
	salq	$19, %rcx
	movq	%rax, %r15
	cmpq	%rcx, %rax
	je	.L39
	movq	%rax, %rdx
	leaq	.LC0(%rip), %rsi
	leaq	.LC1(%rip), %rdi
	xorl	%eax, %eax
	call	printf@PLT
.L39:
	movl	$1048575, %ebp
	movq	%r14, %rdx
	movq	%r13, %rsi
	movq	%r12, %rdi
	salq	$19, %rbp
	cmpq	%rbp, %r15
	setne	%r15b
	call	chain.constprop.0
	movzbl	%r15b, %r15d
	movq	%rax, %r14
	cmpq	%rbp, %rax
	je	.L40
	movq	%rax, %rdx
	movq	%rbp, %rcx
	leaq	.LC2(%rip), %rsi
	xorl	%eax, %eax
	leaq	.LC1(%rip), %rdi
	call	printf@PLT
.L40:
	movl	$1048575, %eax
	movq	%r12, %rdi
	salq	$19, %rax
	cmpq	%rax, %r14
	setne	%al
	movzbl	%al, %eax
	addq	%rax, %r15
	call	column.constprop.0
	movq	%rax, %r14
	cmpq	$536346624, %rax
	je	.L41
	movq	%rax, %rdx
	movl	$536346624, %ecx
	leaq	.LC3(%rip), %rsi
	xorl	%eax, %eax
	leaq	.LC1(%rip), %rdi
	call	printf@PLT
.L41:
	cmpq	$536346624, %r14
	movq	%rbx, %rdi
	setne	%r14b
	call	clear.constprop.0
	movzbl	%r14b, %r14d
	addq	%r15, %r14
	xorl	%r15d, %r15d
	cmpq	%rbx, %rax
	setne	%r15b
	je	.L42
	xorl	%ecx, %ecx
	movl	$1, %edx
	leaq	.LC4(%rip), %rsi
	xorl	%eax, %eax
	leaq	.LC1(%rip), %rdi
	call	printf@PLT
.L42:
	leaq	1(%rbx), %rsi
	movl	$8388607, %edx
	movq	%rbx, %rdi
	addq	%r14, %r15
	call	memcmp@PLT
	testl	%eax, %eax
	jne	.L43
	cmpb	$42, (%rbx)
	je	.L53
.L43:
	xorl	%ecx, %ecx
	movl	$1, %edx
	leaq	.LC5(%rip), %rsi
	xorl	%eax, %eax
	leaq	.LC1(%rip), %rdi
	movl	$1, %r14d
	call	printf@PLT
.L44:
	movq	%r13, 24(%rsp)
	leaq	32(%rsp), %r13
	movl	$90, %eax
	addq	%r15, %r14
	movl	$184, %ecx
	movq	%r13, %rdi
	movl	$4096, %esi
	movq	%r12, 16(%rsp)
	rep stosb
	movq	%r12, %rdi
	call	pp_hint@PLT
	movslq	%eax, %r12
	testq	%r12, %r12
	je	.L45
	xorl	%ecx, %ecx
	movq	%r12, %rdx
	leaq	.LC6(%rip), %rsi
	xorl	%eax, %eax
	leaq	.LC1(%rip), %rdi
	call	printf@PLT
.L45:
	cmpq	$1, %r12
	leaq	16(%rsp), %rdi
	movl	$2, %esi
	sbbq	$-1, %r14
	call	pp_hint_many@PLT
	movslq	%eax, %r12
	testq	%r12, %r12
	je	.L46
	xorl	%ecx, %ecx
	movq	%r12, %rdx
	leaq	.LC7(%rip), %rsi
	xorl	%eax, %eax
	leaq	.LC1(%rip), %rdi
	call	printf@PLT
.L46:
	cmpq	$1, %r12
	movq	%rbx, %rdi
	movl	$8388608, %esi
	sbbq	$-1, %r14
	call	pp_populate@PLT
	movslq	%eax, %rbx
	testq	%rbx, %rbx
	je	.L47
	xorl	%ecx, %ecx
	movq	%rbx, %rdx
	leaq	.LC8(%rip), %rsi
	xorl	%eax, %eax
	leaq	.LC1(%rip), %rdi
	call	printf@PLT
.L47:
	cmpq	$1, %rbx
	movq	%r13, %rdi
	leaq	88(%rsp), %rbx
	sbbq	$-1, %r14
	leaq	216(%rsp), %r13
	leaq	.LC9(%rip), %r15
	call	pp_stats@PLT
	movq	%r14, %rbp
	movabsq	$6510615555426900570, %r14
	.p2align 4,,10
	.p2align 3
.L49:
	movq	(%rbx), %r12
	cmpq	%r14, %r12
	je	.L48
	movl	$1, %ecx
	xorl	%edx, %edx
	movq	%r15, %rsi
	xorl	%eax, %eax
	leaq	.LC1(%rip), %rdi
	call	printf@PLT
.L48:
	xorl	%eax, %eax
	cmpq	%r14, %r12
	setne	%al
	addq	$8, %rbx
	addq	%rax, %rbp
	cmpq	%rbx, %r13
	jne	.L49
	xorl	%esi, %esi
	cmpq	$2, 32(%rsp)
	jbe	.L50
	xorl	%esi, %esi
	cmpq	$2, 40(%rsp)
	seta	%sil
.L50:
	xorl	%eax, %eax
	leaq	.LC10(%rip), %rdi
	call	printf@PLT
	cmpl	$1, 12(%rsp)
	jle	.L51
	call	pp_off@PLT
.L51:
	testq	%rbp, %rbp
	je	.L70
.L35:
	movl	$1, %eax
.L34:
	addq	$232, %rsp
	.cfi_remember_state
	.cfi_def_cfa_offset 56
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%rbp
	.cfi_def_cfa_offset 40
	popq	%r12
	.cfi_def_cfa_offset 32
	popq	%r13
	.cfi_def_cfa_offset 24
	popq	%r14
	.cfi_def_cfa_offset 16
	popq	%r15
	.cfi_def_cfa_offset 8
	ret
.L70:
	.cfi_restore_state
	movl	$9, %eax
	jmp	.L34
.L53:
	xorl	%r14d, %r14d
	jmp	.L44
	.cfi_endproc
.LFE17:
	.size	main, .-main
	.section	.text.unlikely,"ax",@progbits
	.p2align 4
	.type	column.constprop.0.pp_strips.0, @function
column.constprop.0.pp_strips.0:
.LFB20:
	.cfi_startproc
	pushq	%r15
	.cfi_def_cfa_offset 16
	.cfi_offset 15, -16
	leaq	8192(%rsi), %r15
	pushq	%r14
	.cfi_def_cfa_offset 24
	.cfi_offset 14, -24
	movq	%rdi, %r14
	pushq	%r13
	.cfi_def_cfa_offset 32
	.cfi_offset 13, -32
	movq	%rdi, %r13
	pushq	%r12
	.cfi_def_cfa_offset 40
	.cfi_offset 12, -40
	subq	%rsi, %r13
	pushq	%rbp
	.cfi_def_cfa_offset 48
	.cfi_offset 6, -48
	subq	$8192, %r13
	xorl	%ebp, %ebp
	pushq	%rbx
	.cfi_def_cfa_offset 56
	.cfi_offset 3, -56
	shrq	$13, %r13
	movq	%rsi, %rbx
	addq	$1, %r13
	movq	%r13, %r12
	subq	$24, %rsp
	.cfi_def_cfa_offset 80
	movq	%rdx, (%rsp)
.L73:
	movq	%r13, %r8
	movl	$1023, %eax
	movq	(%rsp), %rcx
	movl	$1024, %edx
	subq	%r12, %r8
	leaq	__pp_loop.3(%rip), %rdi
	cmpq	%rax, %r8
	movq	%r8, 8(%rsp)
	cmovbe	%r8, %rax
	movq	%rax, %rsi
	xorl	%eax, %eax
	call	*__pp_strip@GOTPCREL(%rip)
	movq	8(%rsp), %r8
	movq	%r12, %rcx
	cmpq	%rax, %r12
	movq	%rax, %rdx
	cmovbe	%r12, %rax
	subq	%rax, %r12
	leaq	-1(%r8,%rax), %rax
	salq	$13, %rax
	addq	%r15, %rax
	cmpq	%rcx, %rdx
	cmovnb	%r14, %rax
	.p2align 4,,10
	.p2align 3
.L72:
	addq	(%rbx), %rbp
	addq	$8192, %rbx
	cmpq	%rax, %rbx
	jne	.L72
	testq	%r12, %r12
	jne	.L73
	addq	$24, %rsp
	.cfi_def_cfa_offset 56
	movq	%rbp, %rax
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%rbp
	.cfi_def_cfa_offset 40
	popq	%r12
	.cfi_def_cfa_offset 32
	popq	%r13
	.cfi_def_cfa_offset 24
	popq	%r14
	.cfi_def_cfa_offset 16
	popq	%r15
	.cfi_def_cfa_offset 8
	ret
	.cfi_endproc
.LFE20:
	.size	column.constprop.0.pp_strips.0, .-column.constprop.0.pp_strips.0
	.section	.rodata.str1.1
.LC11:
	.string	"frozen.c"
.LC12:
	.string	"gather.constprop"
	.section	.data.rel.local,"aw"
	.align 32
	.type	__pp_loop.15, @object
	.size	__pp_loop.15, 96
__pp_loop.15:
	.long	3
	.long	2
	.long	2
	.long	0
	.quad	16
	.quad	256
	.quad	.LC11
	.quad	.LC12
	.long	14
	.long	22
	.quad	__pp_sites.10
	.quad	__pp_program.12
	.quad	__pp_program.14
	.quad	0
	.quad	16
	.section	.data.rel.ro.local,"aw"
	.align 16
	.type	__pp_program.14, @object
	.size	__pp_program.14, 24
__pp_program.14:
	.value	8
	.value	2
	.value	0
	.value	1
	.value	2
	.value	0
	.value	0
	.value	0
	.quad	__pp_instructions.13
	.section	.rodata
	.align 32
	.type	__pp_instructions.13, @object
	.size	__pp_instructions.13, 128
__pp_instructions.13:
	.byte	3
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	0
	.byte	8
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	1
	.byte	0
	.quad	4
	.byte	6
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	2
	.byte	0
	.quad	0
	.byte	29
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	4
	.byte	4
	.byte	0
	.quad	0
	.byte	8
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	1
	.byte	0
	.quad	8
	.byte	6
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	2
	.byte	0
	.quad	1
	.byte	33
	.byte	1
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	1
	.byte	0
	.quad	8
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	0
	.section	.data.rel.ro.local
	.align 16
	.type	__pp_program.12, @object
	.size	__pp_program.12, 24
__pp_program.12:
	.value	5
	.value	2
	.value	0
	.value	3
	.value	2
	.value	0
	.value	0
	.value	0
	.quad	__pp_instructions.11
	.section	.rodata
	.align 32
	.type	__pp_instructions.11, @object
	.size	__pp_instructions.11, 80
__pp_instructions.11:
	.byte	4
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	0
	.byte	2
	.byte	1
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	4
	.byte	2
	.byte	2
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	4
	.byte	34
	.byte	0
	.byte	0
	.byte	1
	.byte	2
	.byte	0
	.byte	0
	.byte	0
	.quad	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	0
	.section	.data.rel.local
	.align 32
	.type	__pp_sites.10, @object
	.size	__pp_sites.10, 80
__pp_sites.10:
	.value	1
	.value	42
	.long	4
	.long	15
	.long	15
	.long	0
	.long	0
	.quad	.LC11
	.quad	0
	.value	2
	.value	0
	.long	8
	.long	15
	.long	13
	.long	0
	.long	0
	.quad	.LC11
	.quad	0
	.section	.rodata.str1.1
.LC13:
	.string	"chain.constprop"
	.section	.data.rel.local
	.align 32
	.type	__pp_loop.9, @object
	.size	__pp_loop.9, 96
__pp_loop.9:
	.long	3
	.long	3
	.long	3
	.long	0
	.quad	16
	.quad	256
	.quad	.LC11
	.quad	.LC13
	.long	21
	.long	22
	.quad	__pp_sites.4
	.quad	__pp_program.6
	.quad	__pp_program.8
	.quad	0
	.quad	16
	.section	.data.rel.ro.local
	.align 16
	.type	__pp_program.8, @object
	.size	__pp_program.8, 24
__pp_program.8:
	.value	12
	.value	3
	.value	0
	.value	1
	.value	3
	.value	0
	.value	0
	.value	0
	.quad	__pp_instructions.7
	.section	.rodata
	.align 32
	.type	__pp_instructions.7, @object
	.size	__pp_instructions.7, 192
__pp_instructions.7:
	.byte	3
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	0
	.byte	8
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	1
	.byte	0
	.quad	4
	.byte	6
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	2
	.byte	0
	.quad	0
	.byte	29
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	4
	.byte	4
	.byte	0
	.quad	0
	.byte	8
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	1
	.byte	0
	.quad	4
	.byte	6
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	2
	.byte	0
	.quad	1
	.byte	33
	.byte	1
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	1
	.byte	0
	.quad	4
	.byte	29
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	4
	.byte	4
	.byte	0
	.quad	0
	.byte	8
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	1
	.byte	0
	.quad	8
	.byte	6
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	2
	.byte	0
	.quad	2
	.byte	33
	.byte	2
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	1
	.byte	0
	.quad	8
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	0
	.section	.data.rel.ro.local
	.align 16
	.type	__pp_program.6, @object
	.size	__pp_program.6, 24
__pp_program.6:
	.value	5
	.value	3
	.value	0
	.value	3
	.value	3
	.value	0
	.value	0
	.value	0
	.quad	__pp_instructions.5
	.section	.rodata
	.align 32
	.type	__pp_instructions.5, @object
	.size	__pp_instructions.5, 80
__pp_instructions.5:
	.byte	4
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	0
	.byte	2
	.byte	1
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	4
	.byte	2
	.byte	2
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	4
	.byte	34
	.byte	0
	.byte	0
	.byte	1
	.byte	2
	.byte	0
	.byte	0
	.byte	0
	.quad	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	0
	.section	.data.rel.local
	.align 32
	.type	__pp_sites.4, @object
	.size	__pp_sites.4, 120
__pp_sites.4:
	.value	1
	.value	42
	.long	4
	.long	22
	.long	17
	.long	0
	.long	0
	.quad	.LC11
	.quad	0
	.value	2
	.value	2
	.long	4
	.long	22
	.long	15
	.long	0
	.long	0
	.quad	.LC11
	.quad	0
	.value	2
	.value	0
	.long	8
	.long	22
	.long	13
	.long	0
	.long	0
	.quad	.LC11
	.quad	0
	.section	.rodata.str1.1
.LC14:
	.string	"column.constprop"
	.section	.data.rel.local
	.align 32
	.type	__pp_loop.3, @object
	.size	__pp_loop.3, 96
__pp_loop.3:
	.long	3
	.long	1
	.long	1
	.long	0
	.quad	16
	.quad	256
	.quad	.LC11
	.quad	.LC14
	.long	28
	.long	22
	.quad	__pp_sites.0
	.quad	__pp_program.2
	.quad	0
	.quad	0
	.quad	16
	.section	.data.rel.ro.local
	.align 16
	.type	__pp_program.2, @object
	.size	__pp_program.2, 24
__pp_program.2:
	.value	5
	.value	1
	.value	0
	.value	3
	.value	1
	.value	0
	.value	0
	.value	0
	.quad	__pp_instructions.1
	.section	.rodata
	.align 32
	.type	__pp_instructions.1, @object
	.size	__pp_instructions.1, 80
__pp_instructions.1:
	.byte	4
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	0
	.byte	2
	.byte	1
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	8192
	.byte	2
	.byte	2
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	8
	.byte	34
	.byte	0
	.byte	0
	.byte	1
	.byte	2
	.byte	0
	.byte	0
	.byte	0
	.quad	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.quad	0
	.section	.data.rel.local
	.align 32
	.type	__pp_sites.0, @object
	.size	__pp_sites.0, 40
__pp_sites.0:
	.value	1
	.value	40
	.long	8
	.long	29
	.long	13
	.long	0
	.long	0
	.quad	.LC11
	.quad	0
	.weak	__pp_strip
	.weak	__pp_memset
	.ident	"GCC: (Debian 12.2.0-14+deb12u1) 12.2.0"
	.section	.note.GNU-stack,"",@progbits
