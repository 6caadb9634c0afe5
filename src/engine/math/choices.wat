;; The choice of weights: scores of the items of a question under some weights, their odds, and the NDCG of its targets.
;; Numbers have 32 bits, four an instruction. Rows are numbers by item, in multiples of 16 bytes. The targets come
;; first; both they and the others are filled up with items of score -infinity. All addresses are in bytes, and so are
;; lengths. `npm run generate` assembles this text into generated/choices.ts.

(module
  (import "engine" "memory" (memory 0 65536 shared))

  ;; Four logarithms to 2e-7: with x = 2^k (1 + f) and s = f / (2 + f) it is k ln 2 + 2 s + 2/3 s^3 + ...
  (func $log (param $x v128) (result v128)
    (local $k v128) (local $f v128) (local $s v128) (local $z v128)
    (local.set $x (i32x4.add (local.get $x) (v128.const i32x4 0x004afb0d 0x004afb0d 0x004afb0d 0x004afb0d)))
    (local.set $k
      (f32x4.convert_i32x4_s
        (i32x4.sub (i32x4.shr_u (local.get $x) (i32.const 23)) (v128.const i32x4 127 127 127 127))))
    (local.set $f
      (f32x4.sub
        (i32x4.add
          (v128.and (local.get $x) (v128.const i32x4 0x007fffff 0x007fffff 0x007fffff 0x007fffff))
          (v128.const i32x4 0x3f3504f3 0x3f3504f3 0x3f3504f3 0x3f3504f3))
        (v128.const f32x4 1 1 1 1)))
    (local.set $s (f32x4.div (local.get $f) (f32x4.add (v128.const f32x4 2 2 2 2) (local.get $f))))
    (local.set $z (f32x4.mul (local.get $s) (local.get $s)))
    (f32x4.add
      (f32x4.mul (local.get $k) (f32x4.splat (f32.const 0.693147181)))
      (f32x4.mul (local.get $s)
        (f32x4.add (f32x4.splat (f32.const 2))
          (f32x4.mul (local.get $z)
            (f32x4.add (f32x4.splat (f32.const 0.666666667))
              (f32x4.mul (local.get $z)
                (f32x4.add (f32x4.splat (f32.const 0.4))
                  (f32x4.mul (local.get $z) (f32x4.splat (f32.const 0.285714286)))))))))))

  ;; Makes of shares from $at to $end log(share + $floor). Most shares are 0; those below 0 count as 0.
  (func (export "takeLogs") (param $at i32) (param $end i32) (param $floor f32)
    (local $x v128) (local $least v128)
    (local.set $least (call $log (f32x4.splat (local.get $floor))))
    (loop $four
      (local.set $x (f32x4.pmax (v128.const i32x4 0 0 0 0) (v128.load (local.get $at))))
      (v128.store (local.get $at)
        (if (result v128) (v128.any_true (local.get $x))
          (then (call $log (f32x4.add (local.get $x) (f32x4.splat (local.get $floor)))))
          (else (local.get $least))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $at) (local.get $end)))))

  ;; Writes the row at $base and the sum of $count rows from $rows on, each times its weight, to $to.
  (func (export "addRows")
    (param $to i32) (param $base i32) (param $rows i32) (param $bytes i32) (param $weights i32) (param $count i32)
    (local $end i32) (local $at i32) (local $weight i32) (local $last i32) (local $sum v128)
    (local.set $end (i32.add (local.get $base) (local.get $bytes)))
    (local.set $last (i32.add (local.get $weights) (i32.shl (local.get $count) (i32.const 2))))
    (loop $four
      (local.set $sum (v128.load (local.get $base)))
      (local.set $at (local.get $rows))
      (local.set $weight (local.get $weights))
      (loop $row
        (local.set $sum
          (f32x4.add (local.get $sum)
            (f32x4.mul (v128.load32_splat (local.get $weight)) (v128.load (local.get $at)))))
        (local.set $at (i32.add (local.get $at) (local.get $bytes)))
        (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
        (br_if $row (i32.lt_u (local.get $weight) (local.get $last))))
      (v128.store (local.get $to) (local.get $sum))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (local.set $rows (i32.add (local.get $rows) (i32.const 16)))
      (local.set $base (i32.add (local.get $base) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $base) (local.get $end)))))

  (func $sumOfFour (param $four v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $four)) (f32x4.extract_lane 1 (local.get $four)))
      (f32.add (f32x4.extract_lane 2 (local.get $four)) (f32x4.extract_lane 3 (local.get $four)))))

  ;; Writes exp(x - the greatest) of a row to $to, to 2e-7, at least 1e-37. With x = k ln 2 + r, |r| below .35, it is
  ;; 2^k times a polynomial in r. Returns the sum.
  (func (export "takeOdds") (param $to i32) (param $from i32) (param $bytes i32) (result f32)
    (local $at i32) (local $end i32) (local $most v128) (local $k v128) (local $r v128) (local $sum v128)
    (local.set $at (local.get $from))
    (local.set $end (i32.add (local.get $from) (local.get $bytes)))
    (local.set $most (f32x4.splat (f32.const -inf)))
    (loop $four
      (local.set $most (f32x4.pmax (local.get $most) (v128.load (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $most
      (f32x4.splat
        (f32.max
          (f32.max (f32x4.extract_lane 0 (local.get $most)) (f32x4.extract_lane 1 (local.get $most)))
          (f32.max (f32x4.extract_lane 2 (local.get $most)) (f32x4.extract_lane 3 (local.get $most))))))
    (loop $four
      ;; Where all are -infinity this is -85 as well.
      (local.set $r
        (f32x4.pmax (f32x4.splat (f32.const -85)) (f32x4.sub (v128.load (local.get $from)) (local.get $most))))
      (local.set $k (f32x4.nearest (f32x4.mul (local.get $r) (f32x4.splat (f32.const 1.44269504)))))
      (local.set $r
        (f32x4.sub
          (f32x4.sub (local.get $r) (f32x4.mul (local.get $k) (f32x4.splat (f32.const 0.693359375))))
          (f32x4.mul (local.get $k) (f32x4.splat (f32.const -2.12194440e-4)))))
      (local.set $r
        (f32x4.mul
          (i32x4.shl
            (i32x4.add (i32x4.trunc_sat_f32x4_s (local.get $k)) (i32x4.splat (i32.const 127)))
            (i32.const 23))
          (f32x4.add (f32x4.splat (f32.const 1))
            (f32x4.mul (local.get $r)
              (f32x4.add (f32x4.splat (f32.const 1))
                (f32x4.mul (local.get $r)
                  (f32x4.add (f32x4.splat (f32.const 0.5))
                    (f32x4.mul (local.get $r)
                      (f32x4.add (f32x4.splat (f32.const 0.16666655))
                        (f32x4.mul (local.get $r)
                          (f32x4.add (f32x4.splat (f32.const 0.04166575))
                            (f32x4.mul (local.get $r)
                              (f32x4.add (f32x4.splat (f32.const 0.0083342))
                                (f32x4.mul (local.get $r) (f32x4.splat (f32.const 0.0013982))))))))))))))))
      (v128.store (local.get $to) (local.get $r))
      (local.set $sum (f32x4.add (local.get $sum) (local.get $r)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $from) (local.get $end))))
    (call $sumOfFour (local.get $sum)))

  ;; Writes the products of two rows to $to. Returns their sum.
  (func (export "multiplyRows") (param $to i32) (param $a i32) (param $b i32) (param $bytes i32) (result f32)
    (local $end i32) (local $x v128) (local $sum v128)
    (local.set $end (i32.add (local.get $a) (local.get $bytes)))
    (loop $four
      (local.set $x (f32x4.mul (v128.load (local.get $a)) (v128.load (local.get $b))))
      (v128.store (local.get $to) (local.get $x))
      (local.set $sum (f32x4.add (local.get $sum) (local.get $x)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $a) (local.get $end))))
    (call $sumOfFour (local.get $sum)))

  ;; The sum of the products of two rows.
  (func (export "productOfRows") (param $a i32) (param $b i32) (param $bytes i32) (result f32)
    (local $end i32) (local $sum v128)
    (local.set $end (i32.add (local.get $a) (local.get $bytes)))
    (loop $four
      (local.set $sum
        (f32x4.add (local.get $sum) (f32x4.mul (v128.load (local.get $a)) (v128.load (local.get $b)))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $a) (local.get $end))))
    (call $sumOfFour (local.get $sum)))

  ;; The gain of the targets, which end at $targetsEnd bytes of a row, where scores are those at $sums and $more times
  ;; the row at $row. The place of a target is how many others are not worse, and how many targets are better. At $room
  ;; are the gains of the first $k places, in 64 bits; then there is room for as many scores, numbers and four more.
  (func (export "gainOfTargets")
    (param $sums i32) (param $row i32) (param $more f32) (param $targetsEnd i32) (param $bytes i32)
    (param $room i32) (param $k i32) (result f64)
    (local $best i32) (local $last i32) (local $better i32) (local $four i32) (local $lane i32) (local $end i32)
    (local $at i32) (local $count i32) (local $ahead i32) (local $place i32) (local $score f32) (local $gain f64)
    (local $x v128)
    (local.set $best (i32.add (local.get $room) (i32.shl (local.get $k) (i32.const 3))))
    (local.set $better (i32.add (local.get $best) (i32.shl (local.get $k) (i32.const 2))))
    (local.set $last (i32.sub (local.get $better) (i32.const 4)))
    (local.set $four (i32.add (local.get $better) (i32.shl (local.get $k) (i32.const 2))))
    (local.set $at (local.get $best))
    (loop $each
      (f32.store (local.get $at) (f32.const -inf))
      (i32.store (i32.add (local.get $at) (i32.shl (local.get $k) (i32.const 2))) (i32.const 0))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $each (i32.lt_u (local.get $at) (local.get $better))))
    ;; The best k targets, in falling order.
    (local.set $end (i32.add (local.get $sums) (local.get $targetsEnd)))
    (loop $targets
      (local.set $x
        (f32x4.add
          (v128.load (local.get $sums))
          (f32x4.mul (f32x4.splat (local.get $more)) (v128.load (local.get $row)))))
      (if (v128.any_true (f32x4.gt (local.get $x) (v128.load32_splat (local.get $last))))
        (then
          (v128.store (local.get $four) (local.get $x))
          (local.set $lane (local.get $four))
          (loop $each
            (local.set $score (f32.load (local.get $lane)))
            (if (f32.gt (local.get $score) (f32.load (local.get $last)))
              (then
                (local.set $at (local.get $last))
                (block $here
                  (loop $move
                    (br_if $here (i32.eq (local.get $at) (local.get $best)))
                    (br_if $here
                      (f32.ge (f32.load (i32.sub (local.get $at) (i32.const 4))) (local.get $score)))
                    (f32.store (local.get $at) (f32.load (i32.sub (local.get $at) (i32.const 4))))
                    (local.set $at (i32.sub (local.get $at) (i32.const 4)))
                    (br $move)))
                (f32.store (local.get $at) (local.get $score))))
            (local.set $lane (i32.add (local.get $lane) (i32.const 4)))
            (br_if $each (i32.lt_u (local.get $lane) (i32.add (local.get $four) (i32.const 16)))))))
      (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
      (local.set $row (i32.add (local.get $row) (i32.const 16)))
      (br_if $targets (i32.lt_u (local.get $sums) (local.get $end))))
    (block $counted
      (loop $each
        (br_if $counted (i32.eq (local.get $count) (local.get $k)))
        (br_if $counted
          (f32.eq
            (f32.load (i32.add (local.get $best) (i32.shl (local.get $count) (i32.const 2))))
            (f32.const -inf)))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (br $each)))
    ;; At $better: of each of them, how many of the others are not worse, but worse than the target before it.
    (local.set $end (i32.add (local.get $sums) (i32.sub (local.get $bytes) (local.get $targetsEnd))))
    (block $done
      (loop $others
        (br_if $done (i32.eqz (local.get $count)))
        (br_if $done (i32.ge_u (local.get $sums) (local.get $end)))
        (local.set $last
          (i32.add (local.get $best) (i32.shl (i32.sub (local.get $count) (i32.const 1)) (i32.const 2))))
        (local.set $x
          (f32x4.add
            (v128.load (local.get $sums))
            (f32x4.mul (f32x4.splat (local.get $more)) (v128.load (local.get $row)))))
        (if (v128.any_true (f32x4.ge (local.get $x) (v128.load32_splat (local.get $last))))
          (then
            (v128.store (local.get $four) (local.get $x))
            (local.set $lane (local.get $four))
            (loop $each
              (local.set $score (f32.load (local.get $lane)))
              (if (f32.ge (local.get $score) (f32.load (local.get $last)))
                (then
                  (local.set $at (local.get $last))
                  (block $here
                    (loop $move
                      (br_if $here (i32.eq (local.get $at) (local.get $best)))
                      (br_if $here
                        (f32.lt (local.get $score) (f32.load (i32.sub (local.get $at) (i32.const 4)))))
                      (local.set $at (i32.sub (local.get $at) (i32.const 4)))
                      (br $move)))
                  (local.set $at (i32.add (local.get $at) (i32.shl (local.get $k) (i32.const 2))))
                  (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
                  (local.set $ahead (i32.add (local.get $ahead) (i32.const 1)))
                  ;; The last target has no place any more: all that is not worse than the one before it counts now.
                  (if (i32.gt_u (i32.add (local.get $ahead) (local.get $count)) (local.get $k))
                    (then
                      (local.set $ahead
                        (i32.sub (local.get $ahead)
                          (i32.load (i32.add (local.get $last) (i32.shl (local.get $k) (i32.const 2))))))
                      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
                      (br_if $done (i32.eqz (local.get $count)))
                      (local.set $last (i32.sub (local.get $last) (i32.const 4)))))))
              (local.set $lane (i32.add (local.get $lane) (i32.const 4)))
              (br_if $each (i32.lt_u (local.get $lane) (i32.add (local.get $four) (i32.const 16)))))))
        (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
        (local.set $row (i32.add (local.get $row) (i32.const 16)))
        (br $others)))
    (local.set $end (i32.add (local.get $better) (i32.shl (local.get $count) (i32.const 2))))
    (block $none
      (loop $each
        (br_if $none (i32.ge_u (local.get $better) (local.get $end)))
        (local.set $place (i32.add (local.get $place) (i32.load (local.get $better))))
        (local.set $gain
          (f64.add (local.get $gain)
            (f64.load (i32.add (local.get $room) (i32.shl (local.get $place) (i32.const 3))))))
        (local.set $place (i32.add (local.get $place) (i32.const 1)))
        (local.set $better (i32.add (local.get $better) (i32.const 4)))
        (br $each)))
    (local.get $gain)))
