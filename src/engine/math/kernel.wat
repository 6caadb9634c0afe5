;; The inner loops of the engine's algebra, four numbers an instruction (v128, f32x4): 20 times as fast as plain
;; JavaScript. Those of a blend's scores take two (f64x2): four times as fast. The result is the same to the bit on every
;; machine: products and sums are rounded apart, nothing is fused.
;; Constants of long loops are in locals, since V8 makes one of 128 bits anew wherever it is used.
;; All addresses and strides are in bytes. `npm run generate` assembles this text into generated/kernel.ts.

(module
  (import "engine" "memory" (memory 0 65536 shared))

  ;; C -= A B in $count tiles of C side by side, each of 4 rows and 8 columns. A is [$depth][4] numbers, B is
  ;; [$count][$depth][8], and $stride is from one row of C to the next. $count and $depth are at least 1.
  ;; The sums of a tile stay in registers: $s2l is row 2, columns 0 to 3 (left), $s2r is row 2, columns 4 to 7 (right).
  (func (export "subtractProduct")
    (param $c i32) (param $stride i32) (param $a i32) (param $b i32) (param $depth i32) (param $count i32)
    (local $a_row i32) (local $rest i32) (local $c_row i32)
    (local $s0l v128) (local $s0r v128) (local $s1l v128) (local $s1r v128)
    (local $s2l v128) (local $s2r v128) (local $s3l v128) (local $s3r v128)
    (local $bl v128) (local $br v128) (local $x v128)
    (loop $tile
      (local.set $s0l (v128.const f32x4 0 0 0 0))
      (local.set $s0r (v128.const f32x4 0 0 0 0))
      (local.set $s1l (v128.const f32x4 0 0 0 0))
      (local.set $s1r (v128.const f32x4 0 0 0 0))
      (local.set $s2l (v128.const f32x4 0 0 0 0))
      (local.set $s2r (v128.const f32x4 0 0 0 0))
      (local.set $s3l (v128.const f32x4 0 0 0 0))
      (local.set $s3r (v128.const f32x4 0 0 0 0))
      (local.set $a_row (local.get $a))
      (local.set $rest (local.get $depth))
      (loop $step
        (local.set $bl (v128.load align=4 (local.get $b)))
        (local.set $br (v128.load offset=16 align=4 (local.get $b)))
        (local.set $x (v128.load32_splat (local.get $a_row)))
        (local.set $s0l (f32x4.add (local.get $s0l) (f32x4.mul (local.get $x) (local.get $bl))))
        (local.set $s0r (f32x4.add (local.get $s0r) (f32x4.mul (local.get $x) (local.get $br))))
        (local.set $x (v128.load32_splat offset=4 (local.get $a_row)))
        (local.set $s1l (f32x4.add (local.get $s1l) (f32x4.mul (local.get $x) (local.get $bl))))
        (local.set $s1r (f32x4.add (local.get $s1r) (f32x4.mul (local.get $x) (local.get $br))))
        (local.set $x (v128.load32_splat offset=8 (local.get $a_row)))
        (local.set $s2l (f32x4.add (local.get $s2l) (f32x4.mul (local.get $x) (local.get $bl))))
        (local.set $s2r (f32x4.add (local.get $s2r) (f32x4.mul (local.get $x) (local.get $br))))
        (local.set $x (v128.load32_splat offset=12 (local.get $a_row)))
        (local.set $s3l (f32x4.add (local.get $s3l) (f32x4.mul (local.get $x) (local.get $bl))))
        (local.set $s3r (f32x4.add (local.get $s3r) (f32x4.mul (local.get $x) (local.get $br))))
        (local.set $a_row (i32.add (local.get $a_row) (i32.const 16)))
        (local.set $b (i32.add (local.get $b) (i32.const 32)))
        (local.set $rest (i32.add (local.get $rest) (i32.const -1)))
        (br_if $step (local.get $rest)))
      (local.set $c_row (local.get $c))
      (v128.store align=4 (local.get $c_row)
        (f32x4.sub (v128.load align=4 (local.get $c_row)) (local.get $s0l)))
      (v128.store offset=16 align=4 (local.get $c_row)
        (f32x4.sub (v128.load offset=16 align=4 (local.get $c_row)) (local.get $s0r)))
      (local.set $c_row (i32.add (local.get $c_row) (local.get $stride)))
      (v128.store align=4 (local.get $c_row)
        (f32x4.sub (v128.load align=4 (local.get $c_row)) (local.get $s1l)))
      (v128.store offset=16 align=4 (local.get $c_row)
        (f32x4.sub (v128.load offset=16 align=4 (local.get $c_row)) (local.get $s1r)))
      (local.set $c_row (i32.add (local.get $c_row) (local.get $stride)))
      (v128.store align=4 (local.get $c_row)
        (f32x4.sub (v128.load align=4 (local.get $c_row)) (local.get $s2l)))
      (v128.store offset=16 align=4 (local.get $c_row)
        (f32x4.sub (v128.load offset=16 align=4 (local.get $c_row)) (local.get $s2r)))
      (local.set $c_row (i32.add (local.get $c_row) (local.get $stride)))
      (v128.store align=4 (local.get $c_row)
        (f32x4.sub (v128.load align=4 (local.get $c_row)) (local.get $s3l)))
      (v128.store offset=16 align=4 (local.get $c_row)
        (f32x4.sub (v128.load offset=16 align=4 (local.get $c_row)) (local.get $s3r)))
      (local.set $c_row (i32.add (local.get $c_row) (local.get $stride)))
      (local.set $c (i32.add (local.get $c) (i32.const 32)))
      (local.set $count (i32.add (local.get $count) (i32.const -1)))
      (br_if $tile (local.get $count))))

  ;; acc[column] += value · p for each of $count entries (column, value) of a sparse row, where p and each row of acc are
  ;; 8 numbers. $count is at least 1.
  (func (export "addSparse")
    (param $acc i32) (param $columns i32) (param $values i32) (param $count i32) (param $p i32)
    (local $at i32)
    (local $value v128) (local $pl v128) (local $pr v128)
    (local.set $pl (v128.load align=4 (local.get $p)))
    (local.set $pr (v128.load offset=16 align=4 (local.get $p)))
    (loop $entry
      (local.set $at (i32.add (i32.mul (i32.load (local.get $columns)) (i32.const 32)) (local.get $acc)))
      (local.set $value (v128.load32_splat (local.get $values)))
      (v128.store align=4 (local.get $at)
        (f32x4.add (v128.load align=4 (local.get $at)) (f32x4.mul (local.get $value) (local.get $pl))))
      (v128.store offset=16 align=4 (local.get $at)
        (f32x4.add (v128.load offset=16 align=4 (local.get $at)) (f32x4.mul (local.get $value) (local.get $pr))))
      (local.set $columns (i32.add (local.get $columns) (i32.const 4)))
      (local.set $values (i32.add (local.get $values) (i32.const 4)))
      (local.set $count (i32.add (local.get $count) (i32.const -1)))
      (br_if $entry (local.get $count))))
  ;; Of a blend: scores are numbers of 64 bits in blocks of 16 (128 bytes), and $blocks lists those that have any score.

  ;; The greatest score of $count blocks, 0 where none is above.
  (func (export "greatestScore") (param $values i32) (param $blocks i32) (param $count i32) (result f64)
    (local $at i32) (local $end i32) (local $most v128)
    (block $none
      (br_if $none (i32.eqz (local.get $count)))
      (loop $block
        (local.set $at (i32.add (local.get $values) (i32.shl (i32.load (local.get $blocks)) (i32.const 7))))
        (local.set $end (i32.add (local.get $at) (i32.const 128)))
        (loop $pair
          ;; Not f64x2.max, which takes eight instructions where pmax takes one.
          (local.set $most (f64x2.pmax (local.get $most) (v128.load (local.get $at))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $pair (i32.lt_u (local.get $at) (local.get $end))))
        (local.set $blocks (i32.add (local.get $blocks) (i32.const 4)))
        (local.set $count (i32.add (local.get $count) (i32.const -1)))
        (br_if $block (local.get $count))))
    (f64.max (f64x2.extract_lane 0 (local.get $most)) (f64x2.extract_lane 1 (local.get $most))))

  ;; Writes to $list the numbers of the scores other than 0 in $count blocks, in their order; returns how many they are.
  (func (export "listScores")
    (param $values i32) (param $blocks i32) (param $count i32) (param $list i32) (result i32)
    (local $item i32) (local $at i32) (local $end i32) (local $to i32)
    (local.set $to (local.get $list))
    (block $none
      (br_if $none (i32.eqz (local.get $count)))
      (loop $block
        (local.set $item (i32.shl (i32.load (local.get $blocks)) (i32.const 4)))
        (local.set $at (i32.add (local.get $values) (i32.shl (local.get $item) (i32.const 3))))
        (local.set $end (i32.add (local.get $at) (i32.const 128)))
        (loop $pair
          (if (v128.any_true (f64x2.ne (v128.load (local.get $at)) (v128.const f64x2 0 0)))
            (then
              ;; A number is written in any case, and counts where its score is not 0.
              (i32.store (local.get $to) (local.get $item))
              (local.set $to
                (i32.add (local.get $to) (i32.shl (f64.ne (f64.load (local.get $at)) (f64.const 0)) (i32.const 2))))
              (i32.store (local.get $to) (i32.add (local.get $item) (i32.const 1)))
              (local.set $to
                (i32.add (local.get $to)
                  (i32.shl (f64.ne (f64.load offset=8 (local.get $at)) (f64.const 0)) (i32.const 2))))))
          (local.set $item (i32.add (local.get $item) (i32.const 2)))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $pair (i32.lt_u (local.get $at) (local.get $end))))
        (local.set $blocks (i32.add (local.get $blocks) (i32.const 4)))
        (local.set $count (i32.add (local.get $count) (i32.const -1)))
        (br_if $block (local.get $count))))
    (i32.shr_u (i32.sub (local.get $to) (local.get $list)) (i32.const 2)))

  ;; The same, and writes to $sums each of these scores with the number at the same place of $prior added.
  (func (export "listSums")
    (param $values i32) (param $prior i32) (param $blocks i32) (param $count i32) (param $list i32) (param $sums i32)
    (result i32)
    (local $item i32) (local $at i32) (local $end i32) (local $to i32) (local $from i32) (local $sum v128)
    (local $is_one i32)
    (local.set $to (local.get $list))
    (block $none
      (br_if $none (i32.eqz (local.get $count)))
      (loop $block
        (local.set $item (i32.shl (i32.load (local.get $blocks)) (i32.const 4)))
        (local.set $at (i32.add (local.get $values) (i32.shl (local.get $item) (i32.const 3))))
        (local.set $from (i32.add (local.get $prior) (i32.shl (local.get $item) (i32.const 3))))
        (local.set $end (i32.add (local.get $at) (i32.const 128)))
        (loop $pair
          (if (v128.any_true (f64x2.ne (v128.load (local.get $at)) (v128.const f64x2 0 0)))
            (then
              (local.set $sum (f64x2.add (v128.load (local.get $at)) (v128.load (local.get $from))))
              (i32.store (local.get $to) (local.get $item))
              (f64.store (local.get $sums) (f64x2.extract_lane 0 (local.get $sum)))
              (local.set $is_one (f64.ne (f64.load (local.get $at)) (f64.const 0)))
              (local.set $to (i32.add (local.get $to) (i32.shl (local.get $is_one) (i32.const 2))))
              (local.set $sums (i32.add (local.get $sums) (i32.shl (local.get $is_one) (i32.const 3))))
              (i32.store (local.get $to) (i32.add (local.get $item) (i32.const 1)))
              (f64.store (local.get $sums) (f64x2.extract_lane 1 (local.get $sum)))
              (local.set $is_one (f64.ne (f64.load offset=8 (local.get $at)) (f64.const 0)))
              (local.set $to (i32.add (local.get $to) (i32.shl (local.get $is_one) (i32.const 2))))
              (local.set $sums (i32.add (local.get $sums) (i32.shl (local.get $is_one) (i32.const 3))))))
          (local.set $item (i32.add (local.get $item) (i32.const 2)))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (local.set $from (i32.add (local.get $from) (i32.const 16)))
          (br_if $pair (i32.lt_u (local.get $at) (local.get $end))))
        (local.set $blocks (i32.add (local.get $blocks) (i32.const 4)))
        (local.set $count (i32.add (local.get $count) (i32.const -1)))
        (br_if $block (local.get $count))))
    (i32.shr_u (i32.sub (local.get $to) (local.get $list)) (i32.const 2)))

  ;; Writes $out = $values + $prior, $count pairs of numbers of 64 bits. Returns the greatest sum.
  (func (export "addUp") (param $values i32) (param $prior i32) (param $count i32) (param $out i32) (result f64)
    (local $sum v128) (local $most v128)
    (local.set $most (v128.const f64x2 -inf -inf))
    (block $none
      (br_if $none (i32.eqz (local.get $count)))
      (loop $pair
        (local.set $sum (f64x2.add (v128.load (local.get $values)) (v128.load (local.get $prior))))
        (v128.store (local.get $out) (local.get $sum))
        (local.set $most (f64x2.pmax (local.get $most) (local.get $sum)))
        (local.set $values (i32.add (local.get $values) (i32.const 16)))
        (local.set $prior (i32.add (local.get $prior) (i32.const 16)))
        (local.set $out (i32.add (local.get $out) (i32.const 16)))
        (local.set $count (i32.add (local.get $count) (i32.const -1)))
        (br_if $pair (local.get $count))))
    (f64.max (f64x2.extract_lane 0 (local.get $most)) (f64x2.extract_lane 1 (local.get $most))))

  ;; Numbers of 64 bits from $at to $end that are $groups apart are a group. Writes to $to the greatest number below
  ;; $above of each group; -inf where there is none. $groups is even, and the numbers are a multiple of it.
  (func (export "greatestOfGroups")
    (param $at i32) (param $end i32) (param $groups i32) (param $above f64) (param $to i32)
    (local $group i32) (local $stop i32) (local $x v128) (local $limits v128)
    (local.set $limits (f64x2.splat (local.get $above)))
    (local.set $stop (i32.add (local.get $to) (i32.shl (local.get $groups) (i32.const 3))))
    (local.set $group (local.get $to))
    (block $none
      (br_if $none (i32.ge_u (local.get $group) (local.get $stop)))
      (loop $pair
        (v128.store (local.get $group) (v128.const f64x2 -inf -inf))
        (local.set $group (i32.add (local.get $group) (i32.const 16)))
        (br_if $pair (i32.lt_u (local.get $group) (local.get $stop)))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $group (local.get $to))
        (loop $pair
          (local.set $x (v128.load (local.get $at)))
          (v128.store (local.get $group)
            (f64x2.pmax (v128.load (local.get $group))
              (v128.bitselect (local.get $x) (v128.const f64x2 -inf -inf)
                (f64x2.lt (local.get $x) (local.get $limits)))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (local.set $group (i32.add (local.get $group) (i32.const 16)))
          (br_if $pair (i32.lt_u (local.get $group) (local.get $stop))))
        (br $next))))

  ;; Writes the greatest score of each of $count blocks to $out.
  (func (export "greatestOfBlocks") (param $values i32) (param $blocks i32) (param $count i32) (param $out i32)
    (local $at i32) (local $end i32) (local $most v128)
    (block $none
      (br_if $none (i32.eqz (local.get $count)))
      (loop $block
        (local.set $at (i32.add (local.get $values) (i32.shl (i32.load (local.get $blocks)) (i32.const 7))))
        (local.set $end (i32.add (local.get $at) (i32.const 128)))
        (local.set $most (v128.load (local.get $at)))
        (loop $pair
          (local.set $most (f64x2.pmax (local.get $most) (v128.load (local.get $at))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $pair (i32.lt_u (local.get $at) (local.get $end))))
        (f64.store (local.get $out)
          (f64.max (f64x2.extract_lane 0 (local.get $most)) (f64x2.extract_lane 1 (local.get $most))))
        (local.set $out (i32.add (local.get $out) (i32.const 8)))
        (local.set $blocks (i32.add (local.get $blocks) (i32.const 4)))
        (local.set $count (i32.add (local.get $count) (i32.const -1)))
        (br_if $block (local.get $count)))))

  ;; Writes to $list the numbers of the scores of $least or more in $count blocks; returns how many they are.
  (func (export "listScoresFrom")
    (param $values i32) (param $blocks i32) (param $count i32) (param $least f64) (param $list i32) (result i32)
    (local $item i32) (local $at i32) (local $end i32) (local $to i32)
    (local.set $to (local.get $list))
    (block $none
      (br_if $none (i32.eqz (local.get $count)))
      (loop $block
        (local.set $item (i32.shl (i32.load (local.get $blocks)) (i32.const 4)))
        (local.set $at (i32.add (local.get $values) (i32.shl (local.get $item) (i32.const 3))))
        (local.set $end (i32.add (local.get $at) (i32.const 128)))
        (loop $pair
          (if (v128.any_true (f64x2.ge (v128.load (local.get $at)) (f64x2.splat (local.get $least))))
            (then
              ;; A number is written in any case, and counts where its score is not too low.
              (i32.store (local.get $to) (local.get $item))
              (local.set $to
                (i32.add (local.get $to)
                  (i32.shl (f64.ge (f64.load (local.get $at)) (local.get $least)) (i32.const 2))))
              (i32.store (local.get $to) (i32.add (local.get $item) (i32.const 1)))
              (local.set $to
                (i32.add (local.get $to)
                  (i32.shl (f64.ge (f64.load offset=8 (local.get $at)) (local.get $least)) (i32.const 2))))))
          (local.set $item (i32.add (local.get $item) (i32.const 2)))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $pair (i32.lt_u (local.get $at) (local.get $end))))
        (local.set $blocks (i32.add (local.get $blocks) (i32.const 4)))
        (local.set $count (i32.add (local.get $count) (i32.const -1)))
        (br_if $block (local.get $count))))
    (i32.shr_u (i32.sub (local.get $to) (local.get $list)) (i32.const 2)))

  ;; Makes the scores of $count blocks 0.
  (func (export "clearScores") (param $values i32) (param $blocks i32) (param $count i32)
    (local $at i32) (local $end i32)
    (block $none
      (br_if $none (i32.eqz (local.get $count)))
      (loop $block
        (local.set $at (i32.add (local.get $values) (i32.shl (i32.load (local.get $blocks)) (i32.const 7))))
        (local.set $end (i32.add (local.get $at) (i32.const 128)))
        (loop $pair
          (v128.store (local.get $at) (v128.const f64x2 0 0))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $pair (i32.lt_u (local.get $at) (local.get $end))))
        (local.set $blocks (i32.add (local.get $blocks) (i32.const 4)))
        (local.set $count (i32.add (local.get $count) (i32.const -1)))
        (br_if $block (local.get $count)))))

  ;; out += $weight log(1 + $scale value) for the values above 0 of $count blocks, in numbers of 32 bits: right to 2e-7.
  ;; With 1 + $scale value = 2^k (1 + f) and s = f / (2 + f), |s| below .172, the logarithm is k ln 2 + 2 artanh s, and
  ;; 2 artanh s is 2 s + 2/3 s^3 + 2/5 s^5 + 2/7 s^7. Of 0 it is 0: to leave out fours without a score takes longer, since
  ;; no processor foresees which these are.
  (func (export "addLogs")
    (param $out i32) (param $values i32) (param $blocks i32) (param $count i32) (param $weight f64) (param $scale f64)
    (local $at i32) (local $to i32) (local $end i32)
    (local $x v128) (local $k v128) (local $f v128) (local $s v128) (local $z v128)
    (local $scales v128) (local $ln2 v128) (local $c1 v128) (local $c3 v128) (local $c5 v128) (local $c7 v128)
    (local $one v128) (local $two v128) (local $up v128) (local $bias v128) (local $fraction v128) (local $root v128)
    (local.set $one (v128.const f32x4 1 1 1 1))
    (local.set $two (v128.const f32x4 2 2 2 2))
    (local.set $up (v128.const i32x4 0x004afb0d 0x004afb0d 0x004afb0d 0x004afb0d))
    (local.set $bias (v128.const i32x4 127 127 127 127))
    (local.set $fraction (v128.const i32x4 0x007fffff 0x007fffff 0x007fffff 0x007fffff))
    (local.set $root (v128.const i32x4 0x3f3504f3 0x3f3504f3 0x3f3504f3 0x3f3504f3))
    (local.set $scales (f32x4.splat (f32.demote_f64 (local.get $scale))))
    (local.set $ln2 (f32x4.splat (f32.demote_f64 (f64.mul (local.get $weight) (f64.const 0.693147180559945309)))))
    (local.set $c1 (f32x4.splat (f32.demote_f64 (f64.mul (local.get $weight) (f64.const 2)))))
    (local.set $c3
      (f32x4.splat (f32.demote_f64 (f64.div (f64.mul (local.get $weight) (f64.const 2)) (f64.const 3)))))
    (local.set $c5
      (f32x4.splat (f32.demote_f64 (f64.div (f64.mul (local.get $weight) (f64.const 2)) (f64.const 5)))))
    (local.set $c7
      (f32x4.splat (f32.demote_f64 (f64.div (f64.mul (local.get $weight) (f64.const 2)) (f64.const 7)))))
    (block $none
      (br_if $none (i32.eqz (local.get $count)))
      (loop $block
        (local.set $at (i32.shl (i32.load (local.get $blocks)) (i32.const 7)))
        (local.set $to (i32.add (local.get $out) (local.get $at)))
        (local.set $at (i32.add (local.get $values) (local.get $at)))
        (local.set $end (i32.add (local.get $at) (i32.const 128)))
        (loop $four
          (local.set $x
            (f32x4.pmax
              (v128.const f32x4 0 0 0 0)
              (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                (f32x4.demote_f64x2_zero (v128.load (local.get $at)))
                (f32x4.demote_f64x2_zero (v128.load offset=16 (local.get $at))))))
          (local.set $x
            (i32x4.add
              (f32x4.add (local.get $one) (f32x4.mul (local.get $scales) (local.get $x)))
              (local.get $up)))
          (local.set $k
            (f32x4.convert_i32x4_s
              (i32x4.sub
                (i32x4.shr_u (local.get $x) (i32.const 23))
                (local.get $bias))))
          (local.set $f
            (f32x4.sub
              (i32x4.add
                (v128.and (local.get $x) (local.get $fraction))
                (local.get $root))
              (local.get $one)))
          (local.set $s (f32x4.div (local.get $f) (f32x4.add (local.get $two) (local.get $f))))
          (local.set $z (f32x4.mul (local.get $s) (local.get $s)))
          (local.set $x
            (f32x4.add
              (f32x4.mul (local.get $k) (local.get $ln2))
              (f32x4.mul (local.get $s)
                (f32x4.add (local.get $c1)
                  (f32x4.mul (local.get $z)
                    (f32x4.add (local.get $c3)
                      (f32x4.mul (local.get $z)
                        (f32x4.add (local.get $c5) (f32x4.mul (local.get $z) (local.get $c7))))))))))
          (v128.store (local.get $to)
            (f64x2.add (v128.load (local.get $to)) (f64x2.promote_low_f32x4 (local.get $x))))
          (v128.store offset=16 (local.get $to)
            (f64x2.add
              (v128.load offset=16 (local.get $to))
              (f64x2.promote_low_f32x4
                (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $x) (local.get $x)))))
          (local.set $to (i32.add (local.get $to) (i32.const 32)))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br_if $four (i32.lt_u (local.get $at) (local.get $end))))
        (local.set $blocks (i32.add (local.get $blocks) (i32.const 4)))
        (local.set $count (i32.add (local.get $count) (i32.const -1)))
        (br_if $block (local.get $count)))))

  ;; exp of two numbers, none above 709; those below -708 count as that. It is that of fdlibm (e_exp.c): with
  ;; x = k ln 2 + r, it is 2^k (1 + r + r c / (2 - c)), where c = r - r² P(r²).
  (func $exp (param $x v128) (result v128)
    (local $k v128) (local $high v128) (local $low v128) (local $r v128) (local $c v128)
    (local.set $x (f64x2.max (v128.const f64x2 -708 -708) (local.get $x)))
    (local.set $k
      (f64x2.nearest
        (f64x2.mul (local.get $x) (v128.const f64x2 1.44269504088896338700 1.44269504088896338700))))
    (local.set $high
      (f64x2.sub (local.get $x)
        (f64x2.mul (local.get $k) (v128.const f64x2 6.93147180369123816490e-01 6.93147180369123816490e-01))))
    (local.set $low
      (f64x2.mul (local.get $k) (v128.const f64x2 1.90821492927058770002e-10 1.90821492927058770002e-10)))
    (local.set $r (f64x2.sub (local.get $high) (local.get $low)))
    (local.set $x (f64x2.mul (local.get $r) (local.get $r)))
    (local.set $c (f64x2.sub (local.get $r) (f64x2.mul (local.get $x)
      (f64x2.add (v128.const f64x2 1.66666666666666019037e-01 1.66666666666666019037e-01)
        (f64x2.mul (local.get $x)
          (f64x2.add (v128.const f64x2 -2.77777777770155933842e-03 -2.77777777770155933842e-03)
            (f64x2.mul (local.get $x)
              (f64x2.add (v128.const f64x2 6.61375632143793436117e-05 6.61375632143793436117e-05)
                (f64x2.mul (local.get $x)
                  (f64x2.add (v128.const f64x2 -1.65339022054652515390e-06 -1.65339022054652515390e-06)
                    (f64x2.mul (local.get $x)
                      (v128.const f64x2 4.13813679705723846039e-08 4.13813679705723846039e-08))))))))))))
    (f64x2.mul
      (i64x2.add
        (i64x2.shl
          (f64x2.add (local.get $k) (v128.const f64x2 6755399441055744 6755399441055744))
          (i32.const 52))
        (v128.const i64x2 0x3ff0000000000000 0x3ff0000000000000))
      (f64x2.add (v128.const f64x2 1 1)
        (f64x2.add (local.get $high)
          (f64x2.sub
            (f64x2.div
              (f64x2.mul (local.get $r) (local.get $c))
              (f64x2.sub (v128.const f64x2 2 2) (local.get $c)))
            (local.get $low))))))

  ;; Σ exp(x) of $count pairs of numbers.
  (func (export "sumOfExps") (param $at i32) (param $count i32) (result f64)
    (local $sum v128)
    (block $none
      (br_if $none (i32.eqz (local.get $count)))
      (loop $pair
        (local.set $sum (f64x2.add (local.get $sum) (call $exp (v128.load (local.get $at)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (local.set $count (i32.add (local.get $count) (i32.const -1)))
        (br_if $pair (local.get $count))))
    (f64.add (f64x2.extract_lane 0 (local.get $sum)) (f64x2.extract_lane 1 (local.get $sum))))

  ;; Σ exp(score + number of $prior - $most) of $count blocks, where no power is above 0. In numbers of 32 bits: with
  ;; x = k ln 2 + r, |r| below .35, exp x is 2^k times a polynomial in r that is right to 2e-7. Powers below -87 count as
  ;; that.
  (func (export "sumOfBlocks")
    (param $values i32) (param $prior i32) (param $blocks i32) (param $count i32) (param $most f64) (result f64)
    (local $at i32) (local $from i32) (local $end i32) (local $r v128) (local $k v128) (local $sum v128)
    (local $mosts v128) (local $least v128) (local $log2e v128) (local $ln2 v128) (local $ln2_rest v128)
    (local $whole v128) (local $bias v128)
    (local $c0 v128) (local $c2 v128) (local $c3 v128) (local $c4 v128) (local $c5 v128) (local $c6 v128)
    (local.set $mosts (f64x2.splat (local.get $most)))
    (local.set $least (v128.const f32x4 -87 -87 -87 -87))
    (local.set $log2e (v128.const f32x4 1.44269504 1.44269504 1.44269504 1.44269504))
    (local.set $ln2 (v128.const f32x4 0.693359375 0.693359375 0.693359375 0.693359375))
    (local.set $ln2_rest (v128.const f32x4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4))
    ;; 2^23 + 2^22: the last bits of the sum with it are the whole number itself.
    (local.set $whole (v128.const f32x4 12582912 12582912 12582912 12582912))
    (local.set $bias (v128.const i32x4 127 127 127 127))
    (local.set $c0 (v128.const f32x4 1 1 1 1))
    (local.set $c2 (v128.const f32x4 0.5 0.5 0.5 0.5))
    (local.set $c3 (v128.const f32x4 0.16666655 0.16666655 0.16666655 0.16666655))
    (local.set $c4 (v128.const f32x4 0.04166575 0.04166575 0.04166575 0.04166575))
    (local.set $c5 (v128.const f32x4 0.0083342 0.0083342 0.0083342 0.0083342))
    (local.set $c6 (v128.const f32x4 0.0013982 0.0013982 0.0013982 0.0013982))
    (block $none
      (br_if $none (i32.eqz (local.get $count)))
      (loop $block
        (local.set $at (i32.shl (i32.load (local.get $blocks)) (i32.const 7)))
        (local.set $from (i32.add (local.get $prior) (local.get $at)))
        (local.set $at (i32.add (local.get $values) (local.get $at)))
        (local.set $end (i32.add (local.get $at) (i32.const 128)))
        (loop $four
          (local.set $r
            (f32x4.pmax
              (local.get $least)
              (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                (f32x4.demote_f64x2_zero
                  (f64x2.sub
                    (f64x2.add (v128.load (local.get $at)) (v128.load (local.get $from)))
                    (local.get $mosts)))
                (f32x4.demote_f64x2_zero
                  (f64x2.sub
                    (f64x2.add (v128.load offset=16 (local.get $at)) (v128.load offset=16 (local.get $from)))
                    (local.get $mosts))))))
          (local.set $k
            (f32x4.nearest
              (f32x4.mul (local.get $r) (local.get $log2e))))
          (local.set $r
            (f32x4.sub
              (f32x4.sub (local.get $r)
                (f32x4.mul (local.get $k) (local.get $ln2)))
              (f32x4.mul (local.get $k)
                (local.get $ln2_rest))))
          (local.set $r
            (f32x4.mul
              (i32x4.shl
                (i32x4.add
                  (f32x4.add (local.get $k) (local.get $whole))
                  (local.get $bias))
                (i32.const 23))
              (f32x4.add (local.get $c0)
                (f32x4.mul (local.get $r)
                  (f32x4.add (local.get $c0)
                    (f32x4.mul (local.get $r)
                      (f32x4.add (local.get $c2)
                        (f32x4.mul (local.get $r)
                          (f32x4.add (local.get $c3)
                            (f32x4.mul (local.get $r)
                              (f32x4.add (local.get $c4)
                                (f32x4.mul (local.get $r)
                                  (f32x4.add (local.get $c5)
                                    (f32x4.mul (local.get $r)
                                      (local.get $c6)))))))))))))))
          (local.set $sum
            (f64x2.add (local.get $sum)
              (f64x2.add
                (f64x2.promote_low_f32x4 (local.get $r))
                (f64x2.promote_low_f32x4
                  (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $r) (local.get $r))))))
          (local.set $from (i32.add (local.get $from) (i32.const 32)))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br_if $four (i32.lt_u (local.get $at) (local.get $end))))
        (local.set $blocks (i32.add (local.get $blocks) (i32.const 4)))
        (local.set $count (i32.add (local.get $count) (i32.const -1)))
        (br_if $block (local.get $count))))
    (f64.add (f64x2.extract_lane 0 (local.get $sum)) (f64x2.extract_lane 1 (local.get $sum))))

  ;; The products of a vector of whole numbers of 16 bits with others, in $groups of four that lie together, eight numbers
  ;; of each in turn. Each is written to $out times its scale and $scale, in 32 bits. A vector has $bytes bytes, a
  ;; multiple of 32. Sums are of 32 bits: lengths of both must be below 2^15. Returns the greatest.
  (func (export "products")
    (param $out i32) (param $u i32) (param $bytes i32) (param $scale f32) (param $vectors i32) (param $scales i32)
    (param $groups i32)
    (result f32)
    (local $at i32) (local $end i32) (local $x v128) (local $most v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $most (f32x4.splat (f32.const -inf)))
    (local.set $end (i32.add (local.get $u) (local.get $bytes)))
    (block $none
      (br_if $none (i32.eqz (local.get $groups)))
      (loop $group
        (local.set $a (v128.const i32x4 0 0 0 0))
        (local.set $b (v128.const i32x4 0 0 0 0))
        (local.set $c (v128.const i32x4 0 0 0 0))
        (local.set $d (v128.const i32x4 0 0 0 0))
        (local.set $at (local.get $u))
        (loop $step
          (local.set $x (v128.load (local.get $at)))
          (local.set $a (i32x4.add (local.get $a)
            (i32x4.dot_i16x8_s (local.get $x) (v128.load (local.get $vectors)))))
          (local.set $b (i32x4.add (local.get $b)
            (i32x4.dot_i16x8_s (local.get $x) (v128.load offset=16 (local.get $vectors)))))
          (local.set $c (i32x4.add (local.get $c)
            (i32x4.dot_i16x8_s (local.get $x) (v128.load offset=32 (local.get $vectors)))))
          (local.set $d (i32x4.add (local.get $d)
            (i32x4.dot_i16x8_s (local.get $x) (v128.load offset=48 (local.get $vectors)))))
          (local.set $x (v128.load offset=16 (local.get $at)))
          (local.set $a (i32x4.add (local.get $a)
            (i32x4.dot_i16x8_s (local.get $x) (v128.load offset=64 (local.get $vectors)))))
          (local.set $b (i32x4.add (local.get $b)
            (i32x4.dot_i16x8_s (local.get $x) (v128.load offset=80 (local.get $vectors)))))
          (local.set $c (i32x4.add (local.get $c)
            (i32x4.dot_i16x8_s (local.get $x) (v128.load offset=96 (local.get $vectors)))))
          (local.set $d (i32x4.add (local.get $d)
            (i32x4.dot_i16x8_s (local.get $x) (v128.load offset=112 (local.get $vectors)))))
          (local.set $vectors (i32.add (local.get $vectors) (i32.const 128)))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br_if $step (i32.lt_u (local.get $at) (local.get $end))))
        ;; The sum of each in a lane of its own.
        (local.set $x
          (i32x4.add
            (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b))
            (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b))))
        (local.set $a
          (i32x4.add
            (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d))
            (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d))))
        (local.set $x
          (f32x4.mul
            (f32x4.mul (f32x4.splat (local.get $scale)) (v128.load (local.get $scales)))
            (f32x4.convert_i32x4_s
              (i32x4.add
                (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $x) (local.get $a))
                (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $x) (local.get $a))))))
        (v128.store (local.get $out) (local.get $x))
        (local.set $most (f32x4.pmax (local.get $most) (local.get $x)))
        (local.set $out (i32.add (local.get $out) (i32.const 16)))
        (local.set $scales (i32.add (local.get $scales) (i32.const 16)))
        (local.set $groups (i32.sub (local.get $groups) (i32.const 1)))
        (br_if $group (local.get $groups))))
    (f32.max
      (f32.max (f32x4.extract_lane 0 (local.get $most)) (f32x4.extract_lane 1 (local.get $most)))
      (f32.max (f32x4.extract_lane 2 (local.get $most)) (f32x4.extract_lane 3 (local.get $most))))))
