;; Products of matrices in whole numbers of 16 bits: eight products an instruction, where numbers of 32 bits have four
;; in two. The result is the same to the bit on every machine: sums of whole numbers are exact.
;; A is [rows / 4][pairs][4][2] whole numbers, B is [columns / 8][pairs][8][2], where a pair is two neighbours on the
;; side that is summed over. All addresses are in bytes. `npm run generate` assembles this text into generated/whole.ts.

(module
  (import "engine" "memory" (memory 0 65536 shared))

  ;; A number x below 2^15 in magnitude is rounded by x + 1.5 * 2^23 ($round): its lowest 16 bits are the whole number.
  ;; No function is called in a loop: V8 inlines none, and a call takes as long as what it would do.

  ;; C = D + A B, times the scale of the row and that of the column: $count tiles side by side, each of 4 rows and 8
  ;; columns. Rows of C are $stride apart, those of D $baseStride.
  (func (export "multiplyWhole")
    (param $c i32) (param $stride i32) (param $base i32) (param $baseStride i32)
    (param $a i32) (param $b i32) (param $pairs i32) (param $count i32) (param $rowScales i32) (param $columnScales i32)
    (local $a_row i32) (local $rest i32) (local $row i32) (local $base_row i32)
    (local $s0l v128) (local $s0r v128) (local $s1l v128) (local $s1r v128)
    (local $s2l v128) (local $s2r v128) (local $s3l v128) (local $s3r v128)
    (local $bl v128) (local $br v128) (local $x v128)
    (loop $tile
      (local.set $s0l (v128.const i32x4 0 0 0 0))
      (local.set $s0r (v128.const i32x4 0 0 0 0))
      (local.set $s1l (v128.const i32x4 0 0 0 0))
      (local.set $s1r (v128.const i32x4 0 0 0 0))
      (local.set $s2l (v128.const i32x4 0 0 0 0))
      (local.set $s2r (v128.const i32x4 0 0 0 0))
      (local.set $s3l (v128.const i32x4 0 0 0 0))
      (local.set $s3r (v128.const i32x4 0 0 0 0))
      (local.set $a_row (local.get $a))
      (local.set $rest (local.get $pairs))
      (loop $step
        (local.set $bl (v128.load align=4 (local.get $b)))
        (local.set $br (v128.load offset=16 align=4 (local.get $b)))
        (local.set $x (v128.load32_splat (local.get $a_row)))
        (local.set $s0l (i32x4.add (local.get $s0l) (i32x4.dot_i16x8_s (local.get $x) (local.get $bl))))
        (local.set $s0r (i32x4.add (local.get $s0r) (i32x4.dot_i16x8_s (local.get $x) (local.get $br))))
        (local.set $x (v128.load32_splat offset=4 (local.get $a_row)))
        (local.set $s1l (i32x4.add (local.get $s1l) (i32x4.dot_i16x8_s (local.get $x) (local.get $bl))))
        (local.set $s1r (i32x4.add (local.get $s1r) (i32x4.dot_i16x8_s (local.get $x) (local.get $br))))
        (local.set $x (v128.load32_splat offset=8 (local.get $a_row)))
        (local.set $s2l (i32x4.add (local.get $s2l) (i32x4.dot_i16x8_s (local.get $x) (local.get $bl))))
        (local.set $s2r (i32x4.add (local.get $s2r) (i32x4.dot_i16x8_s (local.get $x) (local.get $br))))
        (local.set $x (v128.load32_splat offset=12 (local.get $a_row)))
        (local.set $s3l (i32x4.add (local.get $s3l) (i32x4.dot_i16x8_s (local.get $x) (local.get $bl))))
        (local.set $s3r (i32x4.add (local.get $s3r) (i32x4.dot_i16x8_s (local.get $x) (local.get $br))))
        (local.set $a_row (i32.add (local.get $a_row) (i32.const 16)))
        (local.set $b (i32.add (local.get $b) (i32.const 32)))
        (local.set $rest (i32.add (local.get $rest) (i32.const -1)))
        (br_if $step (local.get $rest)))
      (local.set $bl (v128.load align=4 (local.get $columnScales)))
      (local.set $br (v128.load offset=16 align=4 (local.get $columnScales)))
      (local.set $row (local.get $c))
      (local.set $base_row (local.get $base))
      (local.set $x (v128.load32_splat (local.get $rowScales)))
      (v128.store align=4 (local.get $row)
        (f32x4.add (v128.load align=4 (local.get $base_row))
          (f32x4.mul (f32x4.mul (local.get $x) (local.get $bl)) (f32x4.convert_i32x4_s (local.get $s0l)))))
      (v128.store offset=16 align=4 (local.get $row)
        (f32x4.add (v128.load offset=16 align=4 (local.get $base_row))
          (f32x4.mul (f32x4.mul (local.get $x) (local.get $br)) (f32x4.convert_i32x4_s (local.get $s0r)))))
      (local.set $row (i32.add (local.get $row) (local.get $stride)))
      (local.set $base_row (i32.add (local.get $base_row) (local.get $baseStride)))
      (local.set $x (v128.load32_splat offset=4 (local.get $rowScales)))
      (v128.store align=4 (local.get $row)
        (f32x4.add (v128.load align=4 (local.get $base_row))
          (f32x4.mul (f32x4.mul (local.get $x) (local.get $bl)) (f32x4.convert_i32x4_s (local.get $s1l)))))
      (v128.store offset=16 align=4 (local.get $row)
        (f32x4.add (v128.load offset=16 align=4 (local.get $base_row))
          (f32x4.mul (f32x4.mul (local.get $x) (local.get $br)) (f32x4.convert_i32x4_s (local.get $s1r)))))
      (local.set $row (i32.add (local.get $row) (local.get $stride)))
      (local.set $base_row (i32.add (local.get $base_row) (local.get $baseStride)))
      (local.set $x (v128.load32_splat offset=8 (local.get $rowScales)))
      (v128.store align=4 (local.get $row)
        (f32x4.add (v128.load align=4 (local.get $base_row))
          (f32x4.mul (f32x4.mul (local.get $x) (local.get $bl)) (f32x4.convert_i32x4_s (local.get $s2l)))))
      (v128.store offset=16 align=4 (local.get $row)
        (f32x4.add (v128.load offset=16 align=4 (local.get $base_row))
          (f32x4.mul (f32x4.mul (local.get $x) (local.get $br)) (f32x4.convert_i32x4_s (local.get $s2r)))))
      (local.set $row (i32.add (local.get $row) (local.get $stride)))
      (local.set $base_row (i32.add (local.get $base_row) (local.get $baseStride)))
      (local.set $x (v128.load32_splat offset=12 (local.get $rowScales)))
      (v128.store align=4 (local.get $row)
        (f32x4.add (v128.load align=4 (local.get $base_row))
          (f32x4.mul (f32x4.mul (local.get $x) (local.get $bl)) (f32x4.convert_i32x4_s (local.get $s3l)))))
      (v128.store offset=16 align=4 (local.get $row)
        (f32x4.add (v128.load offset=16 align=4 (local.get $base_row))
          (f32x4.mul (f32x4.mul (local.get $x) (local.get $br)) (f32x4.convert_i32x4_s (local.get $s3r)))))
      (local.set $c (i32.add (local.get $c) (i32.const 32)))
      (local.set $base (i32.add (local.get $base) (i32.const 32)))
      (local.set $columnScales (i32.add (local.get $columnScales) (i32.const 32)))
      (local.set $count (i32.add (local.get $count) (i32.const -1)))
      (br_if $tile (local.get $count))))

  ;; Writes $rows rows of $bytes bytes, a multiple of 32, as whole numbers in tiles of $high rows, each at a length of
  ;; 2^15 - 1, and how much 1 of each row is to $scales.
  (func (export "packRows")
    (param $to i32) (param $from i32) (param $bytes i32) (param $rows i32) (param $high i32) (param $scales i32)
    (local $row i32) (local $in_tile i32)
    (loop $next
      (local.set $in_tile (i32.rem_u (local.get $row) (local.get $high)))
      ;; A row of a tile has half of its bytes, and pairs of all its rows take turns.
      (f32.store (local.get $scales)
        (call $packVector
          (i32.add (local.get $to)
            (i32.add
              (i32.mul (i32.sub (local.get $row) (local.get $in_tile)) (i32.shr_u (local.get $bytes) (i32.const 1)))
              (i32.shl (local.get $in_tile) (i32.const 2))))
          (local.get $from)
          (local.get $bytes)
          (i32.shl (local.get $high) (i32.const 2))))
      (local.set $from (i32.add (local.get $from) (local.get $bytes)))
      (local.set $scales (i32.add (local.get $scales) (i32.const 4)))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $row) (local.get $rows)))))

  ;; Writes a vector of $bytes, a multiple of 32, as whole numbers, at a length of 2^15 - 1. From one pair to the next
  ;; are $apart bytes. Returns how much 1 of them is.
  (func $packVector (param $to i32) (param $from i32) (param $bytes i32) (param $apart i32) (result f32)
    (local $at i32) (local $end i32) (local $x v128) (local $factor v128) (local $squares v128) (local $length f32)
    (local $round v128)
    (local.set $round (f32x4.splat (f32.const 12582912)))
    (local.set $at (local.get $from))
    (local.set $end (i32.add (local.get $from) (local.get $bytes)))
    (loop $four
      (local.set $x (v128.load align=4 (local.get $at)))
      (local.set $squares (f32x4.add (local.get $squares) (f32x4.mul (local.get $x) (local.get $x))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $length
      (f32.sqrt
        (f32.add
          (f32.add (f32x4.extract_lane 0 (local.get $squares)) (f32x4.extract_lane 1 (local.get $squares)))
          (f32.add (f32x4.extract_lane 2 (local.get $squares)) (f32x4.extract_lane 3 (local.get $squares))))))
    (if (f32.gt (local.get $length) (f32.const 0))
      (then (local.set $factor (f32x4.splat (f32.div (f32.const 32767) (local.get $length))))))
    (loop $eight
      (local.set $x
        (i8x16.shuffle 0 1 4 5 8 9 12 13 16 17 20 21 24 25 28 29
          (f32x4.add (local.get $round) (f32x4.mul (local.get $factor) (v128.load align=4 (local.get $from))))
          (f32x4.add (local.get $round)
            (f32x4.mul (local.get $factor) (v128.load offset=16 align=4 (local.get $from))))))
      (v128.store32_lane 0 (local.get $to) (local.get $x))
      (local.set $to (i32.add (local.get $to) (local.get $apart)))
      (v128.store32_lane 1 (local.get $to) (local.get $x))
      (local.set $to (i32.add (local.get $to) (local.get $apart)))
      (v128.store32_lane 2 (local.get $to) (local.get $x))
      (local.set $to (i32.add (local.get $to) (local.get $apart)))
      (v128.store32_lane 3 (local.get $to) (local.get $x))
      (local.set $to (i32.add (local.get $to) (local.get $apart)))
      (local.set $from (i32.add (local.get $from) (i32.const 32)))
      (br_if $eight (i32.lt_u (local.get $from) (local.get $end))))
    (f32.div (local.get $length) (f32.const 32767)))

  ;; Writes the greatest magnitude of each column of $rows rows of $bytes bytes, a multiple of 32.
  (func (export "greatestOfColumns") (param $to i32) (param $from i32) (param $bytes i32) (param $rows i32)
    (local $end i32) (local $at i32) (local $left i32) (local $a v128) (local $b v128)
    (local.set $end (i32.add (local.get $from) (local.get $bytes)))
    (loop $eight
      (local.set $a (v128.const i32x4 0 0 0 0))
      (local.set $b (v128.const i32x4 0 0 0 0))
      (local.set $at (local.get $from))
      (local.set $left (local.get $rows))
      (loop $row
        (local.set $a (f32x4.pmax (local.get $a) (f32x4.abs (v128.load align=4 (local.get $at)))))
        (local.set $b (f32x4.pmax (local.get $b) (f32x4.abs (v128.load offset=16 align=4 (local.get $at)))))
        (local.set $at (i32.add (local.get $at) (local.get $bytes)))
        (local.set $left (i32.add (local.get $left) (i32.const -1)))
        (br_if $row (local.get $left)))
      (v128.store align=4 (local.get $to) (local.get $a))
      (v128.store offset=16 align=4 (local.get $to) (local.get $b))
      (local.set $to (i32.add (local.get $to) (i32.const 32)))
      (local.set $from (i32.add (local.get $from) (i32.const 32)))
      (br_if $eight (i32.lt_u (local.get $from) (local.get $end)))))

  ;; Makes of the greatest numbers of columns what 1 of their whole numbers is, and writes what they are multiplied by.
  (func (export "scalesOf") (param $at i32) (param $factors i32) (param $bytes i32)
    (local $end i32) (local $x v128)
    (local.set $end (i32.add (local.get $at) (local.get $bytes)))
    (loop $four
      (local.set $x (v128.load align=4 (local.get $at)))
      (v128.store align=4 (local.get $factors)
        (v128.and
          (f32x4.div (f32x4.splat (f32.const 32767)) (local.get $x))
          (f32x4.gt (local.get $x) (v128.const f32x4 0 0 0 0))))
      (v128.store align=4 (local.get $at) (f32x4.div (local.get $x) (f32x4.splat (f32.const 32767))))
      (local.set $factors (i32.add (local.get $factors) (i32.const 16)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $at) (local.get $end)))))

  ;; Writes $pairs pairs of rows of $bytes bytes, a multiple of 32, as B. Columns are multiplied by $factors.
  (func (export "packColumns")
    (param $to i32) (param $from i32) (param $bytes i32) (param $pairs i32) (param $factors i32)
    (local $left i32) (local $apart i32) (local $end i32) (local $at i32) (local $factor i32) (local $other i32)
    (local $round v128) (local $x v128)
    (local.set $round (f32x4.splat (f32.const 12582912)))
    (local.set $left (local.get $pairs))
    (local.set $apart (i32.shl (local.get $pairs) (i32.const 5)))
    (loop $pair
      (local.set $at (local.get $to))
      (local.set $factor (local.get $factors))
      (local.set $end (i32.add (local.get $from) (local.get $bytes)))
      (local.set $other (local.get $end))
      (loop $eight
        (local.set $x (v128.load align=4 (local.get $factor)))
        (v128.store align=4 (local.get $at)
          (i8x16.shuffle 0 1 16 17 4 5 20 21 8 9 24 25 12 13 28 29
            (f32x4.add (local.get $round) (f32x4.mul (local.get $x) (v128.load align=4 (local.get $from))))
            (f32x4.add (local.get $round) (f32x4.mul (local.get $x) (v128.load align=4 (local.get $other))))))
        (local.set $x (v128.load offset=16 align=4 (local.get $factor)))
        (v128.store offset=16 align=4 (local.get $at)
          (i8x16.shuffle 0 1 16 17 4 5 20 21 8 9 24 25 12 13 28 29
            (f32x4.add (local.get $round) (f32x4.mul (local.get $x) (v128.load offset=16 align=4 (local.get $from))))
            (f32x4.add (local.get $round) (f32x4.mul (local.get $x) (v128.load offset=16 align=4 (local.get $other))))))
        (local.set $at (i32.add (local.get $at) (local.get $apart)))
        (local.set $factor (i32.add (local.get $factor) (i32.const 32)))
        (local.set $from (i32.add (local.get $from) (i32.const 32)))
        (local.set $other (i32.add (local.get $other) (i32.const 32)))
        (br_if $eight (i32.lt_u (local.get $from) (local.get $end))))
      (local.set $from (local.get $other))
      (local.set $to (i32.add (local.get $to) (i32.const 32)))
      (local.set $left (i32.add (local.get $left) (i32.const -1)))
      (br_if $pair (local.get $left))))

  ;; Writes $fours times four rows of $bytes bytes, a multiple of 32, as A, and their transpose as A. Rows are
  ;; multiplied by $rowFactors for the first, by $chances and columns by $columnFactors for the second.
  (func (export "packBoth")
    (param $rows i32) (param $columns i32) (param $from i32) (param $bytes i32) (param $fours i32)
    (param $rowFactors i32) (param $chances i32) (param $columnFactors i32)
    (local $apart i32) (local $end i32) (local $to i32) (local $b i32) (local $c i32) (local $d i32) (local $factor i32)
    (local $fa v128) (local $fb v128) (local $fc v128) (local $fd v128) (local $x v128)
    (local $ca v128) (local $cb v128) (local $cc v128) (local $cd v128)
    (local $qa v128) (local $qb v128) (local $qc v128) (local $qd v128) (local $round v128)
    (local.set $round (f32x4.splat (f32.const 12582912)))
    (local.set $apart (i32.shl (local.get $fours) (i32.const 5)))
    (loop $rowsOfFour
      (local.set $fa (v128.load32_splat (local.get $rowFactors)))
      (local.set $fb (v128.load32_splat offset=4 (local.get $rowFactors)))
      (local.set $fc (v128.load32_splat offset=8 (local.get $rowFactors)))
      (local.set $fd (v128.load32_splat offset=12 (local.get $rowFactors)))
      (local.set $end (i32.add (local.get $from) (local.get $bytes)))
      (local.set $b (local.get $end))
      (local.set $c (i32.add (local.get $b) (local.get $bytes)))
      (local.set $d (i32.add (local.get $c) (local.get $bytes)))
      (loop $eight
        (local.set $qa
          (i8x16.shuffle 0 1 4 5 8 9 12 13 16 17 20 21 24 25 28 29
            (f32x4.add (local.get $round) (f32x4.mul (local.get $fa) (v128.load align=4 (local.get $from))))
            (f32x4.add (local.get $round) (f32x4.mul (local.get $fa) (v128.load offset=16 align=4 (local.get $from))))))
        (local.set $qb
          (i8x16.shuffle 0 1 4 5 8 9 12 13 16 17 20 21 24 25 28 29
            (f32x4.add (local.get $round) (f32x4.mul (local.get $fb) (v128.load align=4 (local.get $b))))
            (f32x4.add (local.get $round) (f32x4.mul (local.get $fb) (v128.load offset=16 align=4 (local.get $b))))))
        (local.set $qc
          (i8x16.shuffle 0 1 4 5 8 9 12 13 16 17 20 21 24 25 28 29
            (f32x4.add (local.get $round) (f32x4.mul (local.get $fc) (v128.load align=4 (local.get $c))))
            (f32x4.add (local.get $round) (f32x4.mul (local.get $fc) (v128.load offset=16 align=4 (local.get $c))))))
        (local.set $qd
          (i8x16.shuffle 0 1 4 5 8 9 12 13 16 17 20 21 24 25 28 29
            (f32x4.add (local.get $round) (f32x4.mul (local.get $fd) (v128.load align=4 (local.get $d))))
            (f32x4.add (local.get $round) (f32x4.mul (local.get $fd) (v128.load offset=16 align=4 (local.get $d))))))
        ;; a0 b0 a1 b1 and c0 d0 c1 d1
        (local.set $ca (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $qa) (local.get $qb)))
        (local.set $cb (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $qc) (local.get $qd)))
        (local.set $cc (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $qa) (local.get $qb)))
        (local.set $cd (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $qc) (local.get $qd)))
        (v128.store align=4 (local.get $rows)
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $ca) (local.get $cb)))
        (v128.store offset=16 align=4 (local.get $rows)
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $ca) (local.get $cb)))
        (v128.store offset=32 align=4 (local.get $rows)
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $cc) (local.get $cd)))
        (v128.store offset=48 align=4 (local.get $rows)
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $cc) (local.get $cd)))
        (local.set $rows (i32.add (local.get $rows) (i32.const 64)))
        (local.set $from (i32.add (local.get $from) (i32.const 32)))
        (local.set $b (i32.add (local.get $b) (i32.const 32)))
        (local.set $c (i32.add (local.get $c) (i32.const 32)))
        (local.set $d (i32.add (local.get $d) (i32.const 32)))
        (br_if $eight (i32.lt_u (local.get $from) (local.get $end))))
      ;; The same rows again, while they are in the nearest cache.
      (local.set $from (i32.sub (local.get $from) (local.get $bytes)))
      (local.set $b (i32.sub (local.get $b) (local.get $bytes)))
      (local.set $c (i32.sub (local.get $c) (local.get $bytes)))
      (local.set $d (i32.sub (local.get $d) (local.get $bytes)))
      (local.set $fa (v128.load32_splat (local.get $chances)))
      (local.set $fb (v128.load32_splat offset=4 (local.get $chances)))
      (local.set $fc (v128.load32_splat offset=8 (local.get $chances)))
      (local.set $fd (v128.load32_splat offset=12 (local.get $chances)))
      (local.set $factor (local.get $columnFactors))
      (local.set $to (local.get $columns))
      (loop $four
        (local.set $x (v128.load align=4 (local.get $factor)))
        (v128.store align=4 (local.get $to)
          (i8x16.shuffle 0 1 16 17 4 5 20 21 8 9 24 25 12 13 28 29
            (f32x4.add (local.get $round)
              (f32x4.mul (local.get $x) (f32x4.mul (local.get $fa) (v128.load align=4 (local.get $from)))))
            (f32x4.add (local.get $round)
              (f32x4.mul (local.get $x) (f32x4.mul (local.get $fb) (v128.load align=4 (local.get $b)))))))
        (v128.store offset=16 align=4 (local.get $to)
          (i8x16.shuffle 0 1 16 17 4 5 20 21 8 9 24 25 12 13 28 29
            (f32x4.add (local.get $round)
              (f32x4.mul (local.get $x) (f32x4.mul (local.get $fc) (v128.load align=4 (local.get $c)))))
            (f32x4.add (local.get $round)
              (f32x4.mul (local.get $x) (f32x4.mul (local.get $fd) (v128.load align=4 (local.get $d)))))))
        (local.set $to (i32.add (local.get $to) (local.get $apart)))
        (local.set $factor (i32.add (local.get $factor) (i32.const 16)))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (local.set $b (i32.add (local.get $b) (i32.const 16)))
        (local.set $c (i32.add (local.get $c) (i32.const 16)))
        (local.set $d (i32.add (local.get $d) (i32.const 16)))
        (br_if $four (i32.lt_u (local.get $from) (local.get $end))))
      (local.set $from (local.get $d))
      (local.set $columns (i32.add (local.get $columns) (i32.const 32)))
      (local.set $rowFactors (i32.add (local.get $rowFactors) (i32.const 16)))
      (local.set $chances (i32.add (local.get $chances) (i32.const 16)))
      (local.set $fours (i32.add (local.get $fours) (i32.const -1)))
      (br_if $rowsOfFour (local.get $fours)))))
