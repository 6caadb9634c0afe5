;; The inner loops over packed rows (packed-rows.ts) where they lie, in the memory $rows of a model; scores are in another
;; memory. The result is the same to the bit as that of the loops in scores.ts.
;; All addresses are in bytes. `npm run generate` assembles this text into generated/rows.ts.

(module
  (import "engine" "memory" (memory $scores 0 65536 shared))
  (import "engine" "rows" (memory $rows 0 65536 shared))

  ;; values[column] += $scale · entry for each of $count entries of a row. No column comes twice, so that four at a time
  ;; are read before any is written: a fifth less time.
  (func $addRow (export "addRow")
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

  ;; Adds the rows of a list, whose length is a multiple of 4: 24 bytes from $list to $end with the addresses of a row's
  ;; head and of its columns, its scale, the address of its entries, and their count. A head has a number for each of the
  ;; first columns, in $bytes bytes, 2 of each and a multiple of 8: the entries are for the others. Four heads are read
  ;; side by side.
  (func (export "addRows") (param $values i32) (param $bytes i32) (param $list i32) (param $end i32)
    (local $at i32) (local $from i32) (local $h0 i32) (local $h1 i32) (local $h2 i32) (local $h3 i32)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local $four v128) (local $ab v128) (local $cd v128)
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $list) (local.get $end)))
        (local.set $h0 (i32.load $scores (local.get $list)))
        (local.set $s0 (v128.load64_splat $scores offset=8 (local.get $list)))
        (local.set $h1 (i32.load $scores offset=24 (local.get $list)))
        (local.set $s1 (v128.load64_splat $scores offset=32 (local.get $list)))
        (local.set $h2 (i32.load $scores offset=48 (local.get $list)))
        (local.set $s2 (v128.load64_splat $scores offset=56 (local.get $list)))
        (local.set $h3 (i32.load $scores offset=72 (local.get $list)))
        (local.set $s3 (v128.load64_splat $scores offset=80 (local.get $list)))
        (local.set $from (i32.const 0))
        (local.set $at (local.get $values))
        (block $rest
          (br_if $rest (i32.eqz (local.get $bytes)))
          (loop $next
            (local.set $ab (v128.load $scores (local.get $at)))
            (local.set $cd (v128.load $scores offset=16 (local.get $at)))
            (local.set $four (v128.load16x4_s $rows align=2 (i32.add (local.get $h0) (local.get $from))))
            (local.set $ab
              (f64x2.add (local.get $ab) (f64x2.mul (local.get $s0) (f64x2.convert_low_i32x4_s (local.get $four)))))
            (local.set $cd
              (f64x2.add (local.get $cd)
                (f64x2.mul (local.get $s0)
                  (f64x2.convert_low_i32x4_s
                    (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $four) (local.get $four))))))
            (local.set $four (v128.load16x4_s $rows align=2 (i32.add (local.get $h1) (local.get $from))))
            (local.set $ab
              (f64x2.add (local.get $ab) (f64x2.mul (local.get $s1) (f64x2.convert_low_i32x4_s (local.get $four)))))
            (local.set $cd
              (f64x2.add (local.get $cd)
                (f64x2.mul (local.get $s1)
                  (f64x2.convert_low_i32x4_s
                    (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $four) (local.get $four))))))
            (local.set $four (v128.load16x4_s $rows align=2 (i32.add (local.get $h2) (local.get $from))))
            (local.set $ab
              (f64x2.add (local.get $ab) (f64x2.mul (local.get $s2) (f64x2.convert_low_i32x4_s (local.get $four)))))
            (local.set $cd
              (f64x2.add (local.get $cd)
                (f64x2.mul (local.get $s2)
                  (f64x2.convert_low_i32x4_s
                    (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $four) (local.get $four))))))
            (local.set $four (v128.load16x4_s $rows align=2 (i32.add (local.get $h3) (local.get $from))))
            (local.set $ab
              (f64x2.add (local.get $ab) (f64x2.mul (local.get $s3) (f64x2.convert_low_i32x4_s (local.get $four)))))
            (local.set $cd
              (f64x2.add (local.get $cd)
                (f64x2.mul (local.get $s3)
                  (f64x2.convert_low_i32x4_s
                    (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $four) (local.get $four))))))
            (v128.store $scores (local.get $at) (local.get $ab))
            (v128.store $scores offset=16 (local.get $at) (local.get $cd))
            (local.set $at (i32.add (local.get $at) (i32.const 32)))
            (local.set $from (i32.add (local.get $from) (i32.const 8)))
            (br_if $next (i32.lt_u (local.get $from) (local.get $bytes)))))
        (call $addRow
          (local.get $values)
          (i32.load $scores offset=4 (local.get $list))
          (i32.load $scores offset=16 (local.get $list))
          (i32.load $scores offset=20 (local.get $list))
          (f64.load $scores offset=8 (local.get $list)))
        (call $addRow
          (local.get $values)
          (i32.load $scores offset=28 (local.get $list))
          (i32.load $scores offset=40 (local.get $list))
          (i32.load $scores offset=44 (local.get $list))
          (f64.load $scores offset=32 (local.get $list)))
        (call $addRow
          (local.get $values)
          (i32.load $scores offset=52 (local.get $list))
          (i32.load $scores offset=64 (local.get $list))
          (i32.load $scores offset=68 (local.get $list))
          (f64.load $scores offset=56 (local.get $list)))
        (call $addRow
          (local.get $values)
          (i32.load $scores offset=76 (local.get $list))
          (i32.load $scores offset=88 (local.get $list))
          (i32.load $scores offset=92 (local.get $list))
          (f64.load $scores offset=80 (local.get $list)))
        (local.set $list (i32.add (local.get $list) (i32.const 96)))
        (br $rows))))

  ;; addRow that lists the blocks of 16 scores that are not listed yet: their numbers from $list on, counted from
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

  ;; u += weight · v for each of a list of vectors of $bytes bytes, a multiple of 16: its address, and its weight, in
  ;; eight bytes from $list to $end. All have numbers of 32 bits. 32 numbers of u stay in registers for all vectors, which
  ;; are read from all over the memory: a processor waits for many at once, if there are few instructions between.
  (func (export "addVectors") (param $u i32) (param $bytes i32) (param $list i32) (param $end i32)
    (local $k i32) (local $at i32) (local $v i32) (local $x v128)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local $s4 v128) (local $s5 v128) (local $s6 v128) (local $s7 v128)
    (block $rest
      (loop $wide
        (br_if $rest (i32.gt_u (i32.add (local.get $k) (i32.const 128)) (local.get $bytes)))
        (local.set $s0 (v128.load $scores (local.get $u)))
        (local.set $s1 (v128.load $scores offset=16 (local.get $u)))
        (local.set $s2 (v128.load $scores offset=32 (local.get $u)))
        (local.set $s3 (v128.load $scores offset=48 (local.get $u)))
        (local.set $s4 (v128.load $scores offset=64 (local.get $u)))
        (local.set $s5 (v128.load $scores offset=80 (local.get $u)))
        (local.set $s6 (v128.load $scores offset=96 (local.get $u)))
        (local.set $s7 (v128.load $scores offset=112 (local.get $u)))
        (local.set $at (local.get $list))
        (loop $vector
          (local.set $v (i32.add (i32.load $scores (local.get $at)) (local.get $k)))
          (local.set $x (v128.load32_splat $scores offset=4 (local.get $at)))
          (local.set $s0
            (f32x4.add (local.get $s0) (f32x4.mul (local.get $x) (v128.load $rows align=4 (local.get $v)))))
          (local.set $s1
            (f32x4.add (local.get $s1) (f32x4.mul (local.get $x) (v128.load $rows offset=16 align=4 (local.get $v)))))
          (local.set $s2
            (f32x4.add (local.get $s2) (f32x4.mul (local.get $x) (v128.load $rows offset=32 align=4 (local.get $v)))))
          (local.set $s3
            (f32x4.add (local.get $s3) (f32x4.mul (local.get $x) (v128.load $rows offset=48 align=4 (local.get $v)))))
          (local.set $s4
            (f32x4.add (local.get $s4) (f32x4.mul (local.get $x) (v128.load $rows offset=64 align=4 (local.get $v)))))
          (local.set $s5
            (f32x4.add (local.get $s5) (f32x4.mul (local.get $x) (v128.load $rows offset=80 align=4 (local.get $v)))))
          (local.set $s6
            (f32x4.add (local.get $s6) (f32x4.mul (local.get $x) (v128.load $rows offset=96 align=4 (local.get $v)))))
          (local.set $s7
            (f32x4.add (local.get $s7) (f32x4.mul (local.get $x) (v128.load $rows offset=112 align=4 (local.get $v)))))
          (local.set $at (i32.add (local.get $at) (i32.const 8)))
          (br_if $vector (i32.lt_u (local.get $at) (local.get $end))))
        (v128.store $scores (local.get $u) (local.get $s0))
        (v128.store $scores offset=16 (local.get $u) (local.get $s1))
        (v128.store $scores offset=32 (local.get $u) (local.get $s2))
        (v128.store $scores offset=48 (local.get $u) (local.get $s3))
        (v128.store $scores offset=64 (local.get $u) (local.get $s4))
        (v128.store $scores offset=80 (local.get $u) (local.get $s5))
        (v128.store $scores offset=96 (local.get $u) (local.get $s6))
        (v128.store $scores offset=112 (local.get $u) (local.get $s7))
        (local.set $u (i32.add (local.get $u) (i32.const 128)))
        (local.set $k (i32.add (local.get $k) (i32.const 128)))
        (br $wide)))
    (block $done
      (loop $narrow
        (br_if $done (i32.ge_u (local.get $k) (local.get $bytes)))
        (local.set $s0 (v128.load $scores (local.get $u)))
        (local.set $at (local.get $list))
        (loop $vector
          (local.set $v (i32.add (i32.load $scores (local.get $at)) (local.get $k)))
          (local.set $x (v128.load32_splat $scores offset=4 (local.get $at)))
          (local.set $s0
            (f32x4.add (local.get $s0) (f32x4.mul (local.get $x) (v128.load $rows align=4 (local.get $v)))))
          (local.set $at (i32.add (local.get $at) (i32.const 8)))
          (br_if $vector (i32.lt_u (local.get $at) (local.get $end))))
        (v128.store $scores (local.get $u) (local.get $s0))
        (local.set $u (i32.add (local.get $u) (i32.const 16)))
        (local.set $k (i32.add (local.get $k) (i32.const 16)))
        (br $narrow))))

  ;; exp of four numbers of 32 bits to 2e-7; 0 of those below $least, which is -87 at least. With x = k ln 2 + r, |r|
  ;; below .35, it is 2^k times a polynomial in r.
  (func $exps (param $r v128) (param $least v128) (result v128)
    (local $k v128) (local $is_score v128)
    (local.set $is_score (f32x4.ge (local.get $r) (local.get $least)))
    (local.set $r (f32x4.pmax (local.get $least) (local.get $r)))
    (local.set $k
      (f32x4.nearest
        (f32x4.mul (local.get $r) (v128.const f32x4 1.44269504 1.44269504 1.44269504 1.44269504))))
    (local.set $r
      (f32x4.sub
        (f32x4.sub (local.get $r)
          (f32x4.mul (local.get $k) (v128.const f32x4 0.693359375 0.693359375 0.693359375 0.693359375)))
        (f32x4.mul (local.get $k)
          (v128.const f32x4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4))))
    (v128.and
      (local.get $is_score)
      (f32x4.mul
        (i32x4.shl
          (i32x4.add (i32x4.trunc_sat_f32x4_s (local.get $k)) (v128.const i32x4 127 127 127 127))
          (i32.const 23))
        (f32x4.add (v128.const f32x4 1 1 1 1)
          (f32x4.mul (local.get $r)
            (f32x4.add (v128.const f32x4 1 1 1 1)
              (f32x4.mul (local.get $r)
                (f32x4.add (v128.const f32x4 0.5 0.5 0.5 0.5)
                  (f32x4.mul (local.get $r)
                    (f32x4.add (v128.const f32x4 0.16666655 0.16666655 0.16666655 0.16666655)
                      (f32x4.mul (local.get $r)
                        (f32x4.add (v128.const f32x4 0.04166575 0.04166575 0.04166575 0.04166575)
                          (f32x4.mul (local.get $r)
                            (f32x4.add (v128.const f32x4 0.0083342 0.0083342 0.0083342 0.0083342)
                              (f32x4.mul (local.get $r)
                                (v128.const f32x4 0.0013982 0.0013982 0.0013982 0.0013982))))))))))))))))

  ;; Adds exp(x - $most) of fours of numbers x of 32 bits in $rows to the scores, in the order of the numbers. All blocks
  ;; of these are listed already.
  (func (export "addExps")
    (param $values i32) (param $numbers i32) (param $fours i32) (param $most f32) (param $least f32)
    (local $x v128) (local $limit v128)
    (local.set $limit (f32x4.splat (local.get $least)))
    (block $none
      (br_if $none (i32.eqz (local.get $fours)))
      (loop $four
        (local.set $x (f32x4.sub (v128.load $rows (local.get $numbers)) (f32x4.splat (local.get $most))))
        (if (v128.any_true (f32x4.ge (local.get $x) (local.get $limit)))
          (then
            (local.set $x (call $exps (local.get $x) (local.get $limit)))
            (v128.store $scores (local.get $values)
              (f64x2.add (v128.load $scores (local.get $values)) (f64x2.promote_low_f32x4 (local.get $x))))
            (v128.store $scores offset=16 (local.get $values)
              (f64x2.add
                (v128.load $scores offset=16 (local.get $values))
                (f64x2.promote_low_f32x4
                  (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $x) (local.get $x)))))))
        (local.set $values (i32.add (local.get $values) (i32.const 32)))
        (local.set $numbers (i32.add (local.get $numbers) (i32.const 16)))
        (local.set $fours (i32.sub (local.get $fours) (i32.const 1)))
        (br_if $four (local.get $fours)))))

  ;; The same to the scores of listed items. It lists blocks as "addRowAndList" does.
  (func (export "addListedExps")
    (param $values i32) (param $items i32) (param $numbers i32) (param $fours i32) (param $most f32) (param $least f32)
    (param $list i32) (param $is_listed i32)
    (result i32)
    (local $x v128) (local $low v128) (local $bits i32) (local $limit v128)
    (local.set $limit (f32x4.splat (local.get $least)))
    (block $none
      (br_if $none (i32.eqz (local.get $fours)))
      (loop $four
        (local.set $x (f32x4.sub (v128.load $rows (local.get $numbers)) (f32x4.splat (local.get $most))))
        (local.set $bits (i32x4.bitmask (f32x4.ge (local.get $x) (local.get $limit))))
        (if (local.get $bits)
          (then
            (local.set $x (call $exps (local.get $x) (local.get $limit)))
            (local.set $low (f64x2.promote_low_f32x4 (local.get $x)))
            (local.set $x
              (f64x2.promote_low_f32x4
                (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $x) (local.get $x))))
            (local.set $list
              (call $addOne (local.get $values) (i32.load $rows (local.get $items))
                (f64x2.extract_lane 0 (local.get $low)) (i32.and (local.get $bits) (i32.const 1))
                (local.get $list) (local.get $is_listed)))
            (local.set $list
              (call $addOne (local.get $values) (i32.load $rows offset=4 (local.get $items))
                (f64x2.extract_lane 1 (local.get $low)) (i32.and (i32.shr_u (local.get $bits) (i32.const 1)) (i32.const 1))
                (local.get $list) (local.get $is_listed)))
            (local.set $list
              (call $addOne (local.get $values) (i32.load $rows offset=8 (local.get $items))
                (f64x2.extract_lane 0 (local.get $x)) (i32.and (i32.shr_u (local.get $bits) (i32.const 2)) (i32.const 1))
                (local.get $list) (local.get $is_listed)))
            (local.set $list
              (call $addOne (local.get $values) (i32.load $rows offset=12 (local.get $items))
                (f64x2.extract_lane 1 (local.get $x)) (i32.shr_u (local.get $bits) (i32.const 3))
                (local.get $list) (local.get $is_listed)))))
        (local.set $items (i32.add (local.get $items) (i32.const 16)))
        (local.set $numbers (i32.add (local.get $numbers) (i32.const 16)))
        (local.set $fours (i32.sub (local.get $fours) (i32.const 1)))
        (br_if $four (local.get $fours))))
    (local.get $list))

  ;; Adds those of $count numbers of 64 bits that are above 0 to the scores of listed items, both in $rows. It lists blocks
  ;; as "addRowAndList" does.
  (func (export "addListed")
    (param $values i32) (param $items i32) (param $numbers i32) (param $count i32) (param $list i32) (param $is_listed i32)
    (result i32)
    (local $number f64) (local $is_score i32)
    (block $none
      (br_if $none (i32.eqz (local.get $count)))
      (loop $next
        (local.set $number (f64.load $rows (local.get $numbers)))
        (local.set $is_score (f64.gt (local.get $number) (f64.const 0)))
        (local.set $list
          (call $addOne (local.get $values) (i32.load $rows (local.get $items))
            (select (local.get $number) (f64.const 0) (local.get $is_score)) (local.get $is_score)
            (local.get $list) (local.get $is_listed)))
        (local.set $items (i32.add (local.get $items) (i32.const 4)))
        (local.set $numbers (i32.add (local.get $numbers) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br_if $next (local.get $count))))
    (local.get $list))

  ;; Adds to the score of an item, and lists its block where $is_score is 1 and it is not listed yet.
  (func $addOne
    (param $values i32) (param $item i32) (param $score f64) (param $is_score i32) (param $list i32) (param $is_listed i32)
    (result i32)
    (local $at i32) (local $is_there i32)
    (local.set $at (i32.add (local.get $values) (i32.shl (local.get $item) (i32.const 3))))
    (f64.store $scores (local.get $at) (f64.add (f64.load $scores (local.get $at)) (local.get $score)))
    (local.set $item (i32.shr_u (local.get $item) (i32.const 4)))
    (local.set $at (i32.add (local.get $is_listed) (local.get $item)))
    (local.set $is_there (i32.load8_u $scores (local.get $at)))
    (i32.store $scores (local.get $list) (local.get $item))
    (i32.store8 $scores (local.get $at) (i32.or (local.get $is_there) (local.get $is_score)))
    (i32.add (local.get $list)
      (i32.shl
        (i32.and (local.get $is_score) (i32.xor (local.get $is_there) (i32.const 1)))
        (i32.const 2)))))
