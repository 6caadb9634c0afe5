;; Loops over vectors of numbers of 32 bits, four at a time: those of gradient descent over vectors of items. The result
;; is the same to the bit on every machine: products and sums are rounded apart, nothing is fused.
;; All addresses are in bytes, and so are the lengths of vectors: multiples of 16, at least that. `npm run generate`
;; assembles this text into generated/vectors.ts.

(module
  (import "engine" "memory" (memory 0 65536 shared))

  (func $sumOfFour (param $four v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $four)) (f32x4.extract_lane 1 (local.get $four)))
      (f32.add (f32x4.extract_lane 2 (local.get $four)) (f32x4.extract_lane 3 (local.get $four)))))

  ;; a · b
  (func (export "dot") (param $a i32) (param $b i32) (param $bytes i32) (result f32)
    (local $end i32) (local $sum v128)
    (local.set $end (i32.add (local.get $a) (local.get $bytes)))
    (loop $four
      (local.set $sum
        (f32x4.add (local.get $sum)
          (f32x4.mul (v128.load align=4 (local.get $a)) (v128.load align=4 (local.get $b)))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $a) (local.get $end))))
    (call $sumOfFour (local.get $sum)))

  ;; a = $factor b
  (func (export "scale") (param $a i32) (param $b i32) (param $bytes i32) (param $factor f32)
    (local $end i32)
    (local.set $end (i32.add (local.get $a) (local.get $bytes)))
    (loop $four
      (v128.store align=4 (local.get $a)
        (f32x4.mul (f32x4.splat (local.get $factor)) (v128.load align=4 (local.get $b))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $a) (local.get $end)))))

  ;; a += $factor b
  (func (export "addScaled") (param $a i32) (param $b i32) (param $bytes i32) (param $factor f32)
    (local $end i32)
    (local.set $end (i32.add (local.get $a) (local.get $bytes)))
    (loop $four
      (v128.store align=4 (local.get $a)
        (f32x4.add (v128.load align=4 (local.get $a))
          (f32x4.mul (f32x4.splat (local.get $factor)) (v128.load align=4 (local.get $b)))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $a) (local.get $end)))))

  ;; a = $decay a + $factor b
  (func (export "decayAndAdd") (param $a i32) (param $b i32) (param $bytes i32) (param $decay f32) (param $factor f32)
    (local $end i32)
    (local.set $end (i32.add (local.get $a) (local.get $bytes)))
    (loop $four
      (v128.store align=4 (local.get $a)
        (f32x4.add
          (f32x4.mul (f32x4.splat (local.get $decay)) (v128.load align=4 (local.get $a)))
          (f32x4.mul (f32x4.splat (local.get $factor)) (v128.load align=4 (local.get $b)))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $a) (local.get $end)))))

  ;; a *= b + $more, number by number
  (func (export "multiply") (param $a i32) (param $b i32) (param $bytes i32) (param $more f32)
    (local $end i32)
    (local.set $end (i32.add (local.get $a) (local.get $bytes)))
    (loop $four
      (v128.store align=4 (local.get $a)
        (f32x4.mul
          (v128.load align=4 (local.get $a))
          (f32x4.add (v128.load align=4 (local.get $b)) (f32x4.splat (local.get $more)))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $a) (local.get $end)))))

  ;; The sum of $count vectors, one after another from $from on, takes the place of $to.
  (func (export "sum") (param $to i32) (param $from i32) (param $bytes i32) (param $count i32)
    (local $end i32) (local $at i32) (local $left i32) (local $sum v128)
    (local.set $end (i32.add (local.get $to) (local.get $bytes)))
    (loop $four
      (local.set $sum (v128.load align=4 (local.get $from)))
      (local.set $at (local.get $from))
      (local.set $left (i32.sub (local.get $count) (i32.const 1)))
      (block $all
        (br_if $all (i32.eqz (local.get $left)))
        (loop $vector
          (local.set $at (i32.add (local.get $at) (local.get $bytes)))
          (local.set $sum (f32x4.add (local.get $sum) (v128.load align=4 (local.get $at))))
          (local.set $left (i32.sub (local.get $left) (i32.const 1)))
          (br_if $vector (local.get $left))))
      (v128.store align=4 (local.get $to) (local.get $sum))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $to) (local.get $end)))))

  ;; Copies a vector in pieces of $piece bytes (a multiple of 16), which are $apart bytes from one another in $to.
  (func (export "spread") (param $to i32) (param $from i32) (param $bytes i32) (param $piece i32) (param $apart i32)
    (local $end i32) (local $at i32) (local $last i32)
    (local.set $end (i32.add (local.get $from) (local.get $bytes)))
    (loop $next
      (local.set $at (local.get $to))
      (local.set $last (i32.add (local.get $to) (local.get $piece)))
      (loop $four
        (v128.store align=4 (local.get $at) (v128.load align=4 (local.get $from)))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $four (i32.lt_u (local.get $at) (local.get $last))))
      (local.set $to (i32.add (local.get $to) (local.get $apart)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $end)))))

  ;; Transposes four vectors, one after another from $from on: the numbers of one place take four places of a column,
  ;; and from one column to the next in $to are $apart bytes.
  (func (export "transpose") (param $to i32) (param $from i32) (param $bytes i32) (param $apart i32)
    (local $end i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $ab v128) (local $cd v128) (local $at i32)
    (local.set $end (i32.add (local.get $from) (local.get $bytes)))
    (loop $four
      (local.set $a (v128.load align=4 (local.get $from)))
      (local.set $at (i32.add (local.get $from) (local.get $bytes)))
      (local.set $b (v128.load align=4 (local.get $at)))
      (local.set $at (i32.add (local.get $at) (local.get $bytes)))
      (local.set $c (v128.load align=4 (local.get $at)))
      (local.set $at (i32.add (local.get $at) (local.get $bytes)))
      (local.set $d (v128.load align=4 (local.get $at)))
      ;; a0 b0 a1 b1 and c0 d0 c1 d1
      (local.set $ab (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b)))
      (local.set $cd (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d)))
      (v128.store align=4 (local.get $to)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $ab) (local.get $cd)))
      (local.set $to (i32.add (local.get $to) (local.get $apart)))
      (v128.store align=4 (local.get $to)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $ab) (local.get $cd)))
      (local.set $to (i32.add (local.get $to) (local.get $apart)))
      ;; a2 b2 a3 b3 and c2 d2 c3 d3
      (local.set $ab (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b)))
      (local.set $cd (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d)))
      (v128.store align=4 (local.get $to)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $ab) (local.get $cd)))
      (local.set $to (i32.add (local.get $to) (local.get $apart)))
      (v128.store align=4 (local.get $to)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $ab) (local.get $cd)))
      (local.set $to (i32.add (local.get $to) (local.get $apart)))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $from) (local.get $end)))))

  ;; Which of four numbers of items are not $own, and what is the score of each: what $at has less than 0, less $lessen.
  (func $score (param $at i32) (param $lessen i32) (result v128)
    (f32x4.neg
      (f32x4.add (v128.load align=4 (local.get $at)) (v128.load align=4 (local.get $lessen)))))
  (func $others (param $items i32) (param $own f32) (result v128)
    (f32x4.ne (v128.load align=4 (local.get $items)) (f32x4.splat (local.get $own))))

  ;; exp(x) for x of 0 or less, to four digits: 2^k (1 + r p(r)) with x = (k + r) ln 2; at least 2^-126.
  (func $exp (param $x v128) (result v128)
    (local $whole v128)
    (local.set $x
      (f32x4.pmax (f32x4.mul (f32x4.splat (f32.const 1.44269504)) (local.get $x)) (f32x4.splat (f32.const -126))))
    (local.set $whole (f32x4.floor (local.get $x)))
    (local.set $x (f32x4.sub (local.get $x) (local.get $whole)))
    (f32x4.mul
      (i32x4.shl (i32x4.add (i32x4.trunc_sat_f32x4_s (local.get $whole)) (i32x4.splat (i32.const 127))) (i32.const 23))
      (f32x4.add (f32x4.splat (f32.const 1)) (f32x4.mul (local.get $x)
        (f32x4.add (f32x4.splat (f32.const 0.695556856)) (f32x4.mul (local.get $x)
          (f32x4.add (f32x4.splat (f32.const 0.226173572))
            (f32x4.mul (local.get $x) (f32x4.splat (f32.const 0.0781455737))))))))))

  ;; A softmax over one item, whose score is $score, and others, whose scores s are given as -s. From $at on, the
  ;; probability of each of the others takes the place of -s, times -$weight; an item that is $own has none. Each s is
  ;; lessened first. Returns the probability of $own.
  (func (export "softmax")
    (param $at i32) (param $bytes i32) (param $lessen i32) (param $items i32)
    (param $own f32) (param $score f32) (param $weight f32) (result f32)
    (local $from i32) (local $end i32) (local $most v128) (local $sum v128) (local $odds v128) (local $top f32)
    (local $ownOdds v128) (local $shift i32) (local $total f32)
    (local.set $from (local.get $at))
    (local.set $end (i32.add (local.get $at) (local.get $bytes)))
    (local.set $most (f32x4.splat (local.get $score)))
    (loop $four
      (local.set $odds
        (v128.bitselect
          (call $score (local.get $at) (i32.add (local.get $lessen) (local.get $shift)))
          (local.get $most)
          (call $others (i32.add (local.get $items) (local.get $shift)) (local.get $own))))
      (local.set $most (f32x4.pmax (local.get $most) (local.get $odds)))
      (local.set $shift (i32.add (local.get $shift) (i32.const 16)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $top
      (f32.max
        (f32.max (f32x4.extract_lane 0 (local.get $most)) (f32x4.extract_lane 1 (local.get $most)))
        (f32.max (f32x4.extract_lane 2 (local.get $most)) (f32x4.extract_lane 3 (local.get $most)))))
    (local.set $at (local.get $from))
    (local.set $shift (i32.const 0))
    (loop $four
      (local.set $odds
        (v128.and
          (call $exp
            (f32x4.sub
              (call $score (local.get $at) (i32.add (local.get $lessen) (local.get $shift)))
              (f32x4.splat (local.get $top))))
          (call $others (i32.add (local.get $items) (local.get $shift)) (local.get $own))))
      (v128.store align=4 (local.get $at) (local.get $odds))
      (local.set $sum (f32x4.add (local.get $sum) (local.get $odds)))
      (local.set $shift (i32.add (local.get $shift) (i32.const 16)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $ownOdds (call $exp (f32x4.splat (f32.sub (local.get $score) (local.get $top)))))
    (local.set $total
      (f32.add (f32x4.extract_lane 0 (local.get $ownOdds)) (call $sumOfFour (local.get $sum))))
    (local.set $at (local.get $from))
    (local.set $odds (f32x4.splat (f32.neg (f32.div (local.get $weight) (local.get $total)))))
    (loop $four
      (v128.store align=4 (local.get $at) (f32x4.mul (local.get $odds) (v128.load align=4 (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $at) (local.get $end))))
    (f32.div (f32x4.extract_lane 0 (local.get $ownOdds)) (local.get $total))))
