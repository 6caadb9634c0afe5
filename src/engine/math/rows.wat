;; The inner loops over packed rows (packed-rows.ts) where they lie, in the memory $rows of a model; scores are in another
;; memory. The result is the same to the bit as that of the loops in scores.ts.
;; All addresses are in bytes. `npm run generate` assembles this text into generated/rows.ts.

(module
  (import "engine" "memory" (memory $scores 0 65536 shared))
  (import "engine" "rows" (memory $rows 0 65536 shared))

  ;; values[column] += $scale · entry for each of $count entries of a row. No column comes twice, so that four at a time
  ;; are read before any is written: a fifth less time.
  (func (export "addRow")
    (param $values i32) (param $columns i32) (param $entries i32) (param $count i32) (param $scale f64)
    (local $end i32) (local $fours i32) (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $four v128) (local $ab v128) (local $cd v128) (local $scales v128)
    (local.set $scales (f64x2.splat (local.get $scale)))
    (local.set $end (i32.add (local.get $columns) (i32.shl (local.get $count) (i32.const 1))))
    (local.set $fours
      (i32.add (local.get $columns) (i32.shl (i32.and (local.get $count) (i32.const -4)) (i32.const 1))))
    (block $rest
      (loop $next
        (br_if $rest (i32.ge_u (local.get $columns) (local.get $fours)))
        (local.set $a
          (i32.add (local.get $values) (i32.shl (i32.load16_u $rows (local.get $columns)) (i32.const 3))))
        (local.set $b
          (i32.add (local.get $values) (i32.shl (i32.load16_u $rows offset=2 (local.get $columns)) (i32.const 3))))
        (local.set $c
          (i32.add (local.get $values) (i32.shl (i32.load16_u $rows offset=4 (local.get $columns)) (i32.const 3))))
        (local.set $d
          (i32.add (local.get $values) (i32.shl (i32.load16_u $rows offset=6 (local.get $columns)) (i32.const 3))))
        (local.set $four (v128.load16x4_s $rows align=2 (local.get $entries)))
        (local.set $ab
          (f64x2.add
            (v128.load64_lane $scores 1 (local.get $b) (v128.load64_zero $scores (local.get $a)))
            (f64x2.mul (local.get $scales) (f64x2.convert_low_i32x4_s (local.get $four)))))
        (local.set $cd
          (f64x2.add
            (v128.load64_lane $scores 1 (local.get $d) (v128.load64_zero $scores (local.get $c)))
            (f64x2.mul (local.get $scales)
              (f64x2.convert_low_i32x4_s
                (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $four) (local.get $four))))))
        (v128.store64_lane $scores 0 (local.get $a) (local.get $ab))
        (v128.store64_lane $scores 1 (local.get $b) (local.get $ab))
        (v128.store64_lane $scores 0 (local.get $c) (local.get $cd))
        (v128.store64_lane $scores 1 (local.get $d) (local.get $cd))
        (local.set $columns (i32.add (local.get $columns) (i32.const 8)))
        (local.set $entries (i32.add (local.get $entries) (i32.const 8)))
        (br $next)))
    (block $done
      (loop $entry
        (br_if $done (i32.ge_u (local.get $columns) (local.get $end)))
        (local.set $a
          (i32.add (local.get $values) (i32.shl (i32.load16_u $rows (local.get $columns)) (i32.const 3))))
        (f64.store $scores (local.get $a)
          (f64.add
            (f64.load $scores (local.get $a))
            (f64.mul (local.get $scale) (f64.convert_i32_s (i32.load16_s $rows (local.get $entries))))))
        (local.set $columns (i32.add (local.get $columns) (i32.const 2)))
        (local.set $entries (i32.add (local.get $entries) (i32.const 2)))
        (br $entry))))

  ;; The same, and lists the blocks of 16 scores that are not listed yet: their numbers from $list on, counted from
  ;; $first_block, and a 1 for each from $is_listed on. Returns the end of the list.
  (func (export "addRowAndList")
    (param $values i32) (param $columns i32) (param $entries i32) (param $count i32) (param $scale f64)
    (param $first_block i32) (param $list i32) (param $is_listed i32)
    (result i32)
    (local $end i32) (local $at i32) (local $column i32) (local $block i32)
    (local.set $end (i32.add (local.get $columns) (i32.shl (local.get $count) (i32.const 1))))
    (block $none
      (br_if $none (i32.eqz (local.get $count)))
      (loop $entry
        (local.set $column (i32.load16_u $rows (local.get $columns)))
        (local.set $block (i32.add (local.get $first_block) (i32.shr_u (local.get $column) (i32.const 4))))
        (local.set $at (i32.add (local.get $is_listed) (local.get $block)))
        ;; A number is written in any case, and counts where the block is a new one.
        (i32.store $scores (local.get $list) (local.get $block))
        (local.set $list
          (i32.add (local.get $list)
            (i32.shl (i32.sub (i32.const 1) (i32.load8_u $scores (local.get $at))) (i32.const 2))))
        (i32.store8 $scores (local.get $at) (i32.const 1))
        (local.set $at (i32.add (local.get $values) (i32.shl (local.get $column) (i32.const 3))))
        (f64.store $scores (local.get $at)
          (f64.add
            (f64.load $scores (local.get $at))
            (f64.mul (local.get $scale) (f64.convert_i32_s (i32.load16_s $rows (local.get $entries))))))
        (local.set $columns (i32.add (local.get $columns) (i32.const 2)))
        (local.set $entries (i32.add (local.get $entries) (i32.const 2)))
        (br_if $entry (i32.lt_u (local.get $columns) (local.get $end)))))
    (local.get $list))

  ;; sums[j] += $scale · a[j] + $other_scale · b[j] for two rows of 16 bits, $count numbers of each; sums have 64 bits.
  (func (export "addTwoRows")
    (param $sums i32) (param $a i32) (param $b i32) (param $scale f64) (param $other_scale f64) (param $count i32)
    (local $end i32) (local $x v128) (local $y v128) (local $scales v128) (local $others v128)
    (local.set $scales (f64x2.splat (local.get $scale)))
    (local.set $others (f64x2.splat (local.get $other_scale)))
    (local.set $end (i32.add (local.get $sums) (i32.shl (i32.and (local.get $count) (i32.const -4)) (i32.const 3))))
    (block $rest
      (loop $four
        (br_if $rest (i32.ge_u (local.get $sums) (local.get $end)))
        (local.set $x (v128.load16x4_s $rows align=2 (local.get $a)))
        (local.set $y (v128.load16x4_s $rows align=2 (local.get $b)))
        (v128.store $scores (local.get $sums)
          (f64x2.add (v128.load $scores (local.get $sums))
            (f64x2.add
              (f64x2.mul (local.get $scales) (f64x2.convert_low_i32x4_s (local.get $x)))
              (f64x2.mul (local.get $others) (f64x2.convert_low_i32x4_s (local.get $y))))))
        (local.set $x (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $x) (local.get $x)))
        (local.set $y (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $y) (local.get $y)))
        (v128.store $scores offset=16 (local.get $sums)
          (f64x2.add (v128.load $scores offset=16 (local.get $sums))
            (f64x2.add
              (f64x2.mul (local.get $scales) (f64x2.convert_low_i32x4_s (local.get $x)))
              (f64x2.mul (local.get $others) (f64x2.convert_low_i32x4_s (local.get $y))))))
        (local.set $sums (i32.add (local.get $sums) (i32.const 32)))
        (local.set $a (i32.add (local.get $a) (i32.const 8)))
        (local.set $b (i32.add (local.get $b) (i32.const 8)))
        (br $four)))
    (local.set $end (i32.add (local.get $sums) (i32.shl (i32.and (local.get $count) (i32.const 3)) (i32.const 3))))
    (block $done
      (loop $one
        (br_if $done (i32.ge_u (local.get $sums) (local.get $end)))
        (f64.store $scores (local.get $sums)
          (f64.add (f64.load $scores (local.get $sums))
            (f64.add
              (f64.mul (local.get $scale) (f64.convert_i32_s (i32.load16_s $rows (local.get $a))))
              (f64.mul (local.get $other_scale) (f64.convert_i32_s (i32.load16_s $rows (local.get $b)))))))
        (local.set $sums (i32.add (local.get $sums) (i32.const 8)))
        (local.set $a (i32.add (local.get $a) (i32.const 2)))
        (local.set $b (i32.add (local.get $b) (i32.const 2)))
        (br $one))))

  ;; u += $weight · v of a vector of $bytes bytes, numbers of 32 bits. $bytes is a multiple of 16.
  (func (export "addVector") (param $u i32) (param $v i32) (param $bytes i32) (param $weight f32)
    (local $end i32)
    (local.set $end (i32.add (local.get $u) (local.get $bytes)))
    (loop $step
      (v128.store $scores (local.get $u)
        (f32x4.add
          (v128.load $scores (local.get $u))
          (f32x4.mul (f32x4.splat (local.get $weight)) (v128.load $rows align=4 (local.get $v)))))
      (local.set $v (i32.add (local.get $v) (i32.const 16)))
      (local.set $u (i32.add (local.get $u) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $u) (local.get $end)))))

  ;; Writes the product of each of $count vectors of $bytes bytes, numbers of 32 bits in $rows, with $u, such a one in
  ;; $scores, to $out, as numbers of 64 bits. The fourths of a product are summed up apart, then in pairs.
  ;; $bytes is a multiple of 16. Returns the greatest.
  (func (export "products")
    (param $out i32) (param $u i32) (param $vectors i32) (param $bytes i32) (param $count i32) (result f64)
    (local $at i32) (local $end i32) (local $from i32)
    (local $b i32) (local $c i32) (local $d i32)
    (local $x v128) (local $sa v128) (local $sb v128) (local $sc v128) (local $sd v128)
    (local $most f64)
    (local.set $most (f64.const -inf))
    (local.set $end (i32.add (local.get $u) (local.get $bytes)))
    (block $fewer
      ;; Four vectors at once, so that $u is read once for them and no sum waits for another.
      (loop $four
        (br_if $fewer (i32.lt_u (local.get $count) (i32.const 4)))
        (local.set $b (i32.add (local.get $vectors) (local.get $bytes)))
        (local.set $c (i32.add (local.get $b) (local.get $bytes)))
        (local.set $d (i32.add (local.get $c) (local.get $bytes)))
        (local.set $sa (v128.const f32x4 0 0 0 0))
        (local.set $sb (v128.const f32x4 0 0 0 0))
        (local.set $sc (v128.const f32x4 0 0 0 0))
        (local.set $sd (v128.const f32x4 0 0 0 0))
        (local.set $at (local.get $u))
        (local.set $from (i32.const 0))
        (loop $step
          (local.set $x (v128.load $scores (local.get $at)))
          (local.set $sa (f32x4.add (local.get $sa) (f32x4.mul (local.get $x)
            (v128.load $rows align=4 (i32.add (local.get $vectors) (local.get $from))))))
          (local.set $sb (f32x4.add (local.get $sb) (f32x4.mul (local.get $x)
            (v128.load $rows align=4 (i32.add (local.get $b) (local.get $from))))))
          (local.set $sc (f32x4.add (local.get $sc) (f32x4.mul (local.get $x)
            (v128.load $rows align=4 (i32.add (local.get $c) (local.get $from))))))
          (local.set $sd (f32x4.add (local.get $sd) (f32x4.mul (local.get $x)
            (v128.load $rows align=4 (i32.add (local.get $d) (local.get $from))))))
          (local.set $from (i32.add (local.get $from) (i32.const 16)))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $step (i32.lt_u (local.get $at) (local.get $end))))
        (f64.store $scores (local.get $out) (call $sum (local.get $sa)))
        (f64.store $scores offset=8 (local.get $out) (call $sum (local.get $sb)))
        (f64.store $scores offset=16 (local.get $out) (call $sum (local.get $sc)))
        (f64.store $scores offset=24 (local.get $out) (call $sum (local.get $sd)))
        (local.set $most (f64.max (local.get $most)
          (f64.max
            (f64.max (f64.load $scores (local.get $out)) (f64.load $scores offset=8 (local.get $out)))
            (f64.max (f64.load $scores offset=16 (local.get $out)) (f64.load $scores offset=24 (local.get $out))))))
        (local.set $out (i32.add (local.get $out) (i32.const 32)))
        (local.set $vectors (i32.add (local.get $d) (local.get $bytes)))
        (local.set $count (i32.sub (local.get $count) (i32.const 4)))
        (br $four)))
    (block $none
      (loop $one
        (br_if $none (i32.eqz (local.get $count)))
        (local.set $sa (v128.const f32x4 0 0 0 0))
        (local.set $at (local.get $u))
        (loop $step
          (local.set $sa (f32x4.add (local.get $sa) (f32x4.mul (v128.load $scores (local.get $at))
            (v128.load $rows align=4 (local.get $vectors)))))
          (local.set $vectors (i32.add (local.get $vectors) (i32.const 16)))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $step (i32.lt_u (local.get $at) (local.get $end))))
        (f64.store $scores (local.get $out) (call $sum (local.get $sa)))
        (local.set $most (f64.max (local.get $most) (f64.load $scores (local.get $out))))
        (local.set $out (i32.add (local.get $out) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $one)))
    (local.get $most))

  ;; The same with four vectors at $u, one after the other, of all others. The products of the n-th begin at $out and
  ;; n times $apart; its greatest is at $mosts and 8 n, where the greatest of others stood before. Two of the $count
  ;; vectors are read at once for the four, so that each is read once where "products" reads it four times.
  (func (export "productsOfFour")
    (param $out i32) (param $apart i32) (param $mosts i32)
    (param $u i32) (param $vectors i32) (param $bytes i32) (param $count i32)
    (local $at i32) (local $from i32) (local $end i32) (local $next i32)
    (local $u1 i32) (local $u2 i32) (local $u3 i32) (local $out1 i32) (local $out2 i32) (local $out3 i32)
    (local $v v128) (local $w v128) (local $x v128)
    (local $v0 v128) (local $v1 v128) (local $v2 v128) (local $v3 v128)
    (local $w0 v128) (local $w1 v128) (local $w2 v128) (local $w3 v128)
    (local.set $u1 (local.get $bytes))
    (local.set $u2 (i32.shl (local.get $bytes) (i32.const 1)))
    (local.set $u3 (i32.add (local.get $u1) (local.get $u2)))
    (local.set $out1 (i32.add (local.get $out) (local.get $apart)))
    (local.set $out2 (i32.add (local.get $out1) (local.get $apart)))
    (local.set $out3 (i32.add (local.get $out2) (local.get $apart)))
    (local.set $end (i32.add (local.get $u) (local.get $bytes)))
    (block $done
      (loop $two
        (br_if $done (i32.eqz (local.get $count)))
        ;; The last of an odd number comes twice.
        (local.set $next
          (select
            (local.get $vectors)
            (i32.add (local.get $vectors) (local.get $bytes))
            (i32.eq (local.get $count) (i32.const 1))))
        (local.set $v0 (v128.const f32x4 0 0 0 0))
        (local.set $v1 (v128.const f32x4 0 0 0 0))
        (local.set $v2 (v128.const f32x4 0 0 0 0))
        (local.set $v3 (v128.const f32x4 0 0 0 0))
        (local.set $w0 (v128.const f32x4 0 0 0 0))
        (local.set $w1 (v128.const f32x4 0 0 0 0))
        (local.set $w2 (v128.const f32x4 0 0 0 0))
        (local.set $w3 (v128.const f32x4 0 0 0 0))
        (local.set $at (local.get $u))
        (local.set $from (i32.const 0))
        (loop $step
          (local.set $v (v128.load $rows align=4 (i32.add (local.get $vectors) (local.get $from))))
          (local.set $w (v128.load $rows align=4 (i32.add (local.get $next) (local.get $from))))
          (local.set $x (v128.load $scores (local.get $at)))
          (local.set $v0 (f32x4.add (local.get $v0) (f32x4.mul (local.get $x) (local.get $v))))
          (local.set $w0 (f32x4.add (local.get $w0) (f32x4.mul (local.get $x) (local.get $w))))
          (local.set $x (v128.load $scores (i32.add (local.get $at) (local.get $u1))))
          (local.set $v1 (f32x4.add (local.get $v1) (f32x4.mul (local.get $x) (local.get $v))))
          (local.set $w1 (f32x4.add (local.get $w1) (f32x4.mul (local.get $x) (local.get $w))))
          (local.set $x (v128.load $scores (i32.add (local.get $at) (local.get $u2))))
          (local.set $v2 (f32x4.add (local.get $v2) (f32x4.mul (local.get $x) (local.get $v))))
          (local.set $w2 (f32x4.add (local.get $w2) (f32x4.mul (local.get $x) (local.get $w))))
          (local.set $x (v128.load $scores (i32.add (local.get $at) (local.get $u3))))
          (local.set $v3 (f32x4.add (local.get $v3) (f32x4.mul (local.get $x) (local.get $v))))
          (local.set $w3 (f32x4.add (local.get $w3) (f32x4.mul (local.get $x) (local.get $w))))
          (local.set $from (i32.add (local.get $from) (i32.const 16)))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $step (i32.lt_u (local.get $at) (local.get $end))))
        (call $pair (local.get $out) (local.get $mosts) (local.get $v0) (local.get $w0))
        (call $pair (local.get $out1) (i32.add (local.get $mosts) (i32.const 8)) (local.get $v1) (local.get $w1))
        (call $pair (local.get $out2) (i32.add (local.get $mosts) (i32.const 16)) (local.get $v2) (local.get $w2))
        (call $pair (local.get $out3) (i32.add (local.get $mosts) (i32.const 24)) (local.get $v3) (local.get $w3))
        (local.set $out (i32.add (local.get $out) (i32.const 16)))
        (local.set $out1 (i32.add (local.get $out1) (i32.const 16)))
        (local.set $out2 (i32.add (local.get $out2) (i32.const 16)))
        (local.set $out3 (i32.add (local.get $out3) (i32.const 16)))
        (local.set $vectors (i32.add (local.get $next) (local.get $bytes)))
        (local.set $count (i32.sub (local.get $count) (i32.const 2)))
        (br_if $two (i32.gt_s (local.get $count) (i32.const 0))))))

  ;; Writes two sums, and the greater one to $most where it is greater than what is there.
  (func $pair (param $out i32) (param $most i32) (param $a v128) (param $b v128)
    (local $x f64) (local $y f64)
    (local.set $x (call $sum (local.get $a)))
    (local.set $y (call $sum (local.get $b)))
    (f64.store $scores (local.get $out) (local.get $x))
    (f64.store $scores offset=8 (local.get $out) (local.get $y))
    (f64.store $scores (local.get $most)
      (f64.max (f64.load $scores (local.get $most)) (f64.max (local.get $x) (local.get $y)))))

  (func $sum (param $four v128) (result f64)
    (f64.promote_f32
      (f32.add
        (f32.add (f32x4.extract_lane 0 (local.get $four)) (f32x4.extract_lane 1 (local.get $four)))
        (f32.add (f32x4.extract_lane 2 (local.get $four)) (f32x4.extract_lane 3 (local.get $four)))))))
