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
  (func $dot (param $a i32) (param $b i32) (param $bytes i32) (result f32)
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
  (func $scale (param $a i32) (param $b i32) (param $bytes i32) (param $factor f32)
    (local $end i32) (local $factors v128)
    (local.set $factors (f32x4.splat (local.get $factor)))
    (local.set $end (i32.add (local.get $a) (local.get $bytes)))
    (loop $four
      (v128.store align=4 (local.get $a) (f32x4.mul (local.get $factors) (v128.load align=4 (local.get $b))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $a) (local.get $end)))))

  ;; a += $factor b
  (func $addScaled (param $a i32) (param $b i32) (param $bytes i32) (param $factor f32)
    (local $end i32) (local $factors v128)
    (local.set $factors (f32x4.splat (local.get $factor)))
    (local.set $end (i32.add (local.get $a) (local.get $bytes)))
    (loop $four
      (v128.store align=4 (local.get $a)
        (f32x4.add (v128.load align=4 (local.get $a))
          (f32x4.mul (local.get $factors) (v128.load align=4 (local.get $b)))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $a) (local.get $end)))))

  ;; Adds vectors one behind the other to others, whose addresses are listed from $list to $end.
  (func (export "addToListed") (param $list i32) (param $end i32) (param $from i32) (param $bytes i32)
    (loop $vector
      (call $addScaled (i32.load (local.get $list)) (local.get $from) (local.get $bytes) (f32.const 1))
      (local.set $from (i32.add (local.get $from) (local.get $bytes)))
      (local.set $list (i32.add (local.get $list) (i32.const 4)))
      (br_if $vector (i32.lt_u (local.get $list) (local.get $end)))))

  ;; Copies $count vectors of listed items, but their last numbers as 0: these, less the correction of the item, which
  ;; has 64 bits, go to $biases.
  (func (export "takeVectors")
    (param $to i32) (param $from i32) (param $bytes i32) (param $items i32) (param $count i32)
    (param $corrections i32) (param $biases i32)
    (local $at i32) (local $end i32) (local $last i32) (local $item i32)
    (local.set $last (i32.add (local.get $items) (i32.shl (local.get $count) (i32.const 2))))
    (loop $vector
      (local.set $item (i32.trunc_f32_u (f32.load (local.get $items))))
      (local.set $at (i32.add (local.get $from) (i32.mul (local.get $item) (local.get $bytes))))
      (local.set $end (i32.add (local.get $at) (local.get $bytes)))
      (loop $four
        (v128.store align=4 (local.get $to) (v128.load align=4 (local.get $at)))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $four (i32.lt_u (local.get $at) (local.get $end))))
      (f32.store (local.get $biases)
        (f32.demote_f64
          (f64.sub
            (f64.promote_f32 (f32.load (i32.sub (local.get $end) (i32.const 4))))
            (f64.load align=4
              (i32.add (local.get $corrections) (i32.shl (local.get $item) (i32.const 3)))))))
      (f32.store (i32.sub (local.get $to) (i32.const 4)) (f32.const 0))
      (local.set $biases (i32.add (local.get $biases) (i32.const 4)))
      (local.set $items (i32.add (local.get $items) (i32.const 4)))
      (br_if $vector (i32.lt_u (local.get $items) (local.get $last)))))

  ;; Adds an event to the state of each memory, $memories vectors one after another: state = decay state + $weight scale
  ;; e. Of each memory decay and scale are at $decays, one after another. If $isGated is 1, one more is the gate. Writes
  ;; the sum of the memories to $user, times 1 + the gate if there is one: then also the sum to $sums and the gate to
  ;; $gates.
  (func (export "remember")
    (param $state i32) (param $event i32) (param $bytes i32) (param $decays i32) (param $memories i32)
    (param $isGated i32) (param $weight f32) (param $user i32) (param $sums i32) (param $gates i32)
    (local $end i32) (local $to i32) (local $isFirst i32) (local $decay v128) (local $factor v128) (local $x v128)
    (local.set $isFirst (i32.const 1))
    (loop $memory
      (local.set $end (i32.add (local.get $state) (local.get $bytes)))
      (local.set $to (local.get $user))
      (local.set $decay (v128.load32_splat (local.get $decays)))
      (local.set $factor (f32x4.splat (f32.mul (local.get $weight) (f32.load offset=4 (local.get $decays)))))
      (loop $four
        (local.set $x
          (f32x4.add
            (f32x4.mul (local.get $decay) (v128.load align=4 (local.get $state)))
            (f32x4.mul (local.get $factor) (v128.load align=4 (local.get $event)))))
        (v128.store align=4 (local.get $state) (local.get $x))
        (if (i32.eqz (local.get $isFirst))
          (then (local.set $x (f32x4.add (v128.load align=4 (local.get $to)) (local.get $x)))))
        (v128.store align=4 (local.get $to) (local.get $x))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (local.set $event (i32.add (local.get $event) (i32.const 16)))
        (local.set $state (i32.add (local.get $state) (i32.const 16)))
        (br_if $four (i32.lt_u (local.get $state) (local.get $end))))
      (local.set $isFirst (i32.const 0))
      (local.set $decays (i32.add (local.get $decays) (i32.const 8)))
      (local.set $memories (i32.add (local.get $memories) (i32.const -1)))
      (br_if $memory (local.get $memories)))
    (if (local.get $isGated)
      (then
        (local.set $end (i32.add (local.get $state) (local.get $bytes)))
        (local.set $decay (v128.load32_splat (local.get $decays)))
        (local.set $factor (f32x4.splat (f32.mul (local.get $weight) (f32.load offset=4 (local.get $decays)))))
        (loop $four
          (local.set $x
            (f32x4.add
              (f32x4.mul (local.get $decay) (v128.load align=4 (local.get $state)))
              (f32x4.mul (local.get $factor) (v128.load align=4 (local.get $event)))))
          (v128.store align=4 (local.get $state) (local.get $x))
          (v128.store align=4 (local.get $gates) (local.get $x))
          (local.set $decay (v128.load align=4 (local.get $user)))
          (v128.store align=4 (local.get $sums) (local.get $decay))
          (v128.store align=4 (local.get $user)
            (f32x4.mul (local.get $decay) (f32x4.add (local.get $x) (f32x4.splat (f32.const 1)))))
          (local.set $decay (v128.load32_splat (local.get $decays)))
          (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
          (local.set $gates (i32.add (local.get $gates) (i32.const 16)))
          (local.set $user (i32.add (local.get $user) (i32.const 16)))
          (local.set $event (i32.add (local.get $event) (i32.const 16)))
          (local.set $state (i32.add (local.get $state) (i32.const 16)))
          (br_if $four (i32.lt_u (local.get $state) (local.get $end)))))))

  ;; The way back of "remember": adds the gradient by a user to those by the state of each memory, state = decay state +
  ;; scale gradient, and these, $weight state, to the gradients by the event.
  (func (export "goBack")
    (param $state i32) (param $gradients i32) (param $bytes i32) (param $decays i32) (param $memories i32)
    (param $isGated i32) (param $weight f32) (param $event i32) (param $sums i32) (param $gates i32)
    (local $end i32) (local $at i32) (local $to i32) (local $tell i32) (local $left i32)
    (local $gradient v128) (local $gateGradient v128) (local $x v128)
    (local.set $end (i32.add (local.get $state) (local.get $bytes)))
    (loop $four
      (local.set $gradient (v128.load align=4 (local.get $gradients)))
      (if (local.get $isGated)
        (then
          (local.set $gateGradient (f32x4.mul (v128.load align=4 (local.get $sums)) (local.get $gradient)))
          (local.set $gradient
            (f32x4.mul (local.get $gradient)
              (f32x4.add (v128.load align=4 (local.get $gates)) (f32x4.splat (f32.const 1)))))
          (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
          (local.set $gates (i32.add (local.get $gates) (i32.const 16)))))
      (local.set $at (local.get $state))
      (local.set $to (local.get $event))
      (local.set $tell (local.get $decays))
      (local.set $left (i32.add (local.get $memories) (local.get $isGated)))
      (loop $memory
        (if (i32.and (local.get $isGated) (i32.eq (local.get $left) (i32.const 1)))
          (then (local.set $gradient (local.get $gateGradient))))
        (local.set $x
          (f32x4.add
            (f32x4.mul (v128.load32_splat (local.get $tell)) (v128.load align=4 (local.get $at)))
            (f32x4.mul (v128.load32_splat offset=4 (local.get $tell)) (local.get $gradient))))
        (v128.store align=4 (local.get $at) (local.get $x))
        (v128.store align=4 (local.get $to)
          (f32x4.add (v128.load align=4 (local.get $to))
            (f32x4.mul (f32x4.splat (local.get $weight)) (local.get $x))))
        (local.set $at (i32.add (local.get $at) (local.get $bytes)))
        (local.set $to (i32.add (local.get $to) (local.get $bytes)))
        (local.set $tell (i32.add (local.get $tell) (i32.const 8)))
        (local.set $left (i32.add (local.get $left) (i32.const -1)))
        (br_if $memory (local.get $left)))
      (local.set $gradients (i32.add (local.get $gradients) (i32.const 16)))
      (local.set $event (i32.add (local.get $event) (i32.const 16)))
      (local.set $state (i32.add (local.get $state) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $state) (local.get $end)))))

  ;; exp(x) for x of 0 or less, to four digits: 2^k (1 + r p(r)) with x = (k + r) ln 2; at least 2^-126.
  (func $exp (param $x v128) (result v128)
    (local $whole v128)
    (local.set $x
      (f32x4.pmax (f32x4.mul (f32x4.splat (f32.const 1.44269504)) (local.get $x)) (f32x4.splat (f32.const -126))))
    (local.set $whole (f32x4.floor (local.get $x)))
    (local.set $x (f32x4.sub (local.get $x) (local.get $whole)))
    (f32x4.mul
      ;; k + 1.5 * 2^23 has k in its lowest bits.
      (i32x4.add
        (i32x4.shl (f32x4.add (local.get $whole) (f32x4.splat (f32.const 12582912))) (i32.const 23))
        (i32x4.splat (i32.const 0x3F800000)))
      (f32x4.add (f32x4.splat (f32.const 1)) (f32x4.mul (local.get $x)
        (f32x4.add (f32x4.splat (f32.const 0.695556856)) (f32x4.mul (local.get $x)
          (f32x4.add (f32x4.splat (f32.const 0.226173572))
            (f32x4.mul (local.get $x) (f32x4.splat (f32.const 0.0781455737))))))))))

  ;; A softmax over the item that came, whose vector is $v, and others, whose scores are at $at. An item that is $own
  ;; has no probability. The odds of the others take the place of their scores. Writes to $factors what makes of these
  ;; whole numbers of a sum of 2^15 - 1; $apart bytes behind it, how much 1 of these is; and as far behind that, what
  ;; makes of the odds $weight times the probabilities, which are added to $sums. The gradient by the score of the item
  ;; that came is its probability - 1, times $weight. Writes the gradient by $user that comes of it to $gradients, and
  ;; adds that by $v to $ownGradients.
  (func (export "softmax")
    (param $user i32) (param $v i32) (param $gradients i32) (param $bytes i32)
    (param $at i32) (param $end i32) (param $items i32) (param $own f32) (param $weight f32)
    (param $sums i32) (param $factors i32) (param $apart i32) (param $ownGradients i32)
    (local $from i32) (local $shift i32) (local $most v128) (local $sum v128) (local $odds v128)
    (local $score f32) (local $top f32) (local $ownOdds f32) (local $all f32) (local $others f32)
    (local.set $score (call $dot (local.get $user) (local.get $v) (local.get $bytes)))
    (local.set $from (local.get $at))
    (local.set $most (f32x4.splat (local.get $score)))
    (loop $four
      (local.set $most (f32x4.pmax (local.get $most) (v128.load align=4 (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $top
      (f32.max
        (f32.max (f32x4.extract_lane 0 (local.get $most)) (f32x4.extract_lane 1 (local.get $most)))
        (f32.max (f32x4.extract_lane 2 (local.get $most)) (f32x4.extract_lane 3 (local.get $most)))))
    (local.set $at (local.get $from))
    (local.set $shift (local.get $items))
    (loop $four
      ;; As in $exp: a call would take as long as the rest.
      (local.set $odds
        (f32x4.pmax
          (f32x4.mul
            (f32x4.splat (f32.const 1.44269504))
            (f32x4.sub (v128.load align=4 (local.get $at)) (f32x4.splat (local.get $top))))
          (f32x4.splat (f32.const -126))))
      (local.set $most (f32x4.floor (local.get $odds)))
      (local.set $odds (f32x4.sub (local.get $odds) (local.get $most)))
      (local.set $odds
        (v128.and
          (f32x4.ne (v128.load align=4 (local.get $shift)) (f32x4.splat (local.get $own)))
          (f32x4.mul
            (i32x4.add
              (i32x4.shl (f32x4.add (local.get $most) (f32x4.splat (f32.const 12582912))) (i32.const 23))
              (i32x4.splat (i32.const 0x3F800000)))
            (f32x4.add (f32x4.splat (f32.const 1)) (f32x4.mul (local.get $odds)
              (f32x4.add (f32x4.splat (f32.const 0.695556856)) (f32x4.mul (local.get $odds)
                (f32x4.add (f32x4.splat (f32.const 0.226173572))
                  (f32x4.mul (local.get $odds) (f32x4.splat (f32.const 0.0781455737)))))))))))
      (v128.store align=4 (local.get $at) (local.get $odds))
      (local.set $sum (f32x4.add (local.get $sum) (local.get $odds)))
      (local.set $shift (i32.add (local.get $shift) (i32.const 16)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $ownOdds
      (f32x4.extract_lane 0 (call $exp (f32x4.splat (f32.sub (local.get $score) (local.get $top))))))
    (local.set $others (call $sumOfFour (local.get $sum)))
    (local.set $all (f32.add (local.get $ownOdds) (local.get $others)))
    (f32.store (local.get $factors)
      (select (f32.div (f32.const 32767) (local.get $others)) (f32.const 0) (f32.gt (local.get $others) (f32.const 0))))
    (local.set $factors (i32.add (local.get $factors) (local.get $apart)))
    (f32.store (local.get $factors)
      (f32.div
        (f32.mul (local.get $weight) (local.get $others))
        (f32.mul (f32.const 32767) (local.get $all))))
    (local.set $factors (i32.add (local.get $factors) (local.get $apart)))
    (f32.store (local.get $factors) (f32.div (local.get $weight) (local.get $all)))
    (local.set $at (local.get $from))
    (local.set $odds (f32x4.splat (f32.div (local.get $weight) (local.get $all))))
    (loop $four
      (v128.store align=4 (local.get $sums)
        (f32x4.add
          (v128.load align=4 (local.get $sums))
          (f32x4.mul (local.get $odds) (v128.load align=4 (local.get $at)))))
      (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $score
      (f32.mul (local.get $weight) (f32.sub (f32.div (local.get $ownOdds) (local.get $all)) (f32.const 1))))
    (call $scale (local.get $gradients) (local.get $v) (local.get $bytes) (local.get $score))
    (call $addScaled (local.get $ownGradients) (local.get $user) (local.get $bytes) (local.get $score)))

  ;; Moves the vectors of the items that are listed from $list to $end. Their gradients are one behind the other.
  (func (export "moveListed")
    (param $list i32) (param $end i32) (param $vectors i32) (param $gradients i32) (param $bytes i32)
    (param $squares i32) (param $rate f32) (param $regularization f32)
    (local $item i32)
    (block $none
      (br_if $none (i32.ge_u (local.get $list) (local.get $end)))
      (loop $vector
        (local.set $item (i32.load (local.get $list)))
        (call $move
          (i32.add (local.get $vectors) (i32.mul (local.get $item) (local.get $bytes)))
          (local.get $gradients)
          (local.get $bytes)
          (i32.add (local.get $squares) (i32.shl (local.get $item) (i32.const 2)))
          (local.get $rate)
          (local.get $regularization))
        (local.set $gradients (i32.add (local.get $gradients) (local.get $bytes)))
        (local.set $list (i32.add (local.get $list) (i32.const 4)))
        (br_if $vector (i32.lt_u (local.get $list) (local.get $end))))))

  ;; Moves a vector against its gradient by Adagrad, which adds the mean square of the gradient to $square, and makes
  ;; the gradient 0. $regularization times the vector is added to the gradient first, but not that of its last number.
  (func $move
    (param $vector i32) (param $gradient i32) (param $bytes i32) (param $square i32) (param $rate f32)
    (param $regularization f32)
    (local $end i32) (local $last f32) (local $sum v128)
    (local.set $end (i32.add (local.get $gradient) (local.get $bytes)))
    (if (f32.gt (local.get $regularization) (f32.const 0))
      (then
        (local.set $last (f32.load (i32.sub (local.get $end) (i32.const 4))))
        (call $addScaled (local.get $gradient) (local.get $vector) (local.get $bytes) (local.get $regularization))
        (f32.store (i32.sub (local.get $end) (i32.const 4)) (local.get $last))))
    (local.set $last
      (f32.add
        (f32.load (local.get $square))
        (f32.div
          (call $dot (local.get $gradient) (local.get $gradient) (local.get $bytes))
          (f32.convert_i32_u (i32.shr_u (local.get $bytes) (i32.const 2))))))
    (f32.store (local.get $square) (local.get $last))
    (local.set $sum (f32x4.splat (f32.div (local.get $rate) (f32.sqrt (local.get $last)))))
    (loop $four
      (v128.store align=4 (local.get $vector)
        (f32x4.sub (v128.load align=4 (local.get $vector))
          (f32x4.mul (local.get $sum) (v128.load align=4 (local.get $gradient)))))
      (v128.store align=4 (local.get $gradient) (v128.const i32x4 0 0 0 0))
      (local.set $vector (i32.add (local.get $vector) (i32.const 16)))
      (local.set $gradient (i32.add (local.get $gradient) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $gradient) (local.get $end))))))
