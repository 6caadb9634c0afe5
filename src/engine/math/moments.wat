;; The search of context-kNN (blend/models/nearest-moments.ts, which says what it finds). It takes half the time of the
;; same loops in JavaScript. All addresses are in bytes. `npm run generate` assembles this text into
;; generated/moments.ts.
;;
;; A meeting has 40 bytes: its position (0), the address of the first meeting of its window (4), how many events of the
;; same user are before it (8) and how many positions from it on are compared (12), its value (16), product (24) and
;; cosine (32).

(module
  (import "engine" "memory" (memory $room 0 65536 shared))
  ;; Has the positions of each item in the sequences, and the weights of their events.
  (import "engine" "rows" (memory $rows 0 65536 shared))
  ;; -1 where all events weigh the same.
  (import "engine" "weights" (global $weights i32))
  ;; A bit for each position, and a bit for each 64 of these.
  (import "engine" "bits" (global $bits i32))
  (import "engine" "words" (global $words i32))
  (import "engine" "wordsEnd" (global $words_end i32))
  ;; Where the meetings of each 64 positions begin.
  (import "engine" "bases" (global $bases i32))
  (import "engine" "starts" (global $starts i32))
  ;; decay^l, and 0 at $none.
  (import "engine" "decays" (global $decays i32))
  (import "engine" "none" (global $none i32))
  ;; 1 / |x_t| by position where events have weights, otherwise by the events before t.
  (import "engine" "inverses" (global $inverses i32))
  (import "engine" "length" (global $length i32))
  ;; How many cosines are of each 2048th.
  (import "engine" "counts" (global $counts i32))
  (import "engine" "meetings" (global $meetings i32))
  (import "engine" "positions" (global $positions i32))
  (import "engine" "cosines" (global $cosines i32))
  (import "engine" "sequence" (global $sequence i32))
  (import "engine" "items" (global $items i32))
  (import "engine" "scores" (global $scores i32))

  ;; Adds the positions at the addresses from $at to $end to those that are compared.
  (func (export "addPositions") (param $at i32) (param $end i32)
    (local $position i32) (local $word i32)
    (block $none
      (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
      (loop $next
        (local.set $position (i32.load $rows (local.get $at)))
        (local.set $word
          (i32.add (global.get $bits) (i32.shl (i32.shr_u (local.get $position) (i32.const 6)) (i32.const 3))))
        (i64.store $room (local.get $word)
          (i64.or
            (i64.load $room (local.get $word))
            (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $position)))))
        (local.set $word
          (i32.add (global.get $words) (i32.shl (i32.shr_u (local.get $position) (i32.const 12)) (i32.const 3))))
        (i64.store $room (local.get $word)
          (i64.or
            (i64.load $room (local.get $word))
            (i64.shl (i64.const 1) (i64.extend_i32_u (i32.shr_u (local.get $position) (i32.const 6))))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end))))))

  ;; Makes a meeting of each position that was added, in rising order. Returns the end of the meetings.
  (func (export "makeMeetings") (result i32)
    (local $to i32) (local $word i32) (local $first i32) (local $rest i64) (local $bits i64) (local $position i32)
    (local.set $to (global.get $meetings))
    (local.set $word (global.get $words))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $word) (global.get $words_end)))
        (local.set $rest (i64.load $room (local.get $word)))
        (if (i64.ne (local.get $rest) (i64.const 0))
          (then
            (i64.store $room (local.get $word) (i64.const 0))
            (loop $bit_word
              (local.set $position
                (i32.add (local.get $first) (i32.shl (i32.wrap_i64 (i64.ctz (local.get $rest))) (i32.const 6))))
              (i32.store $room (i32.add (global.get $bases) (i32.shr_u (local.get $position) (i32.const 4)))
                (local.get $to))
              (local.set $bits
                (i64.load $room (i32.add (global.get $bits) (i32.shr_u (local.get $position) (i32.const 3)))))
              (loop $bit
                (i32.store $room (local.get $to)
                  (i32.add (local.get $position) (i32.wrap_i64 (i64.ctz (local.get $bits)))))
                (local.set $to (i32.add (local.get $to) (i32.const 40)))
                (local.set $bits (i64.and (local.get $bits) (i64.sub (local.get $bits) (i64.const 1))))
                (br_if $bit (i64.ne (local.get $bits) (i64.const 0))))
              (local.set $rest (i64.and (local.get $rest) (i64.sub (local.get $rest) (i64.const 1))))
              (br_if $bit_word (i64.ne (local.get $rest) (i64.const 0))))))
        (local.set $first (i32.add (local.get $first) (i32.const 4096)))
        (local.set $word (i32.add (local.get $word) (i32.const 8)))
        (br $next)))
    (local.get $to))

  ;; Gives the meetings at the positions of an item, from $at to $end, their value. The place of a meeting is read from
  ;; the bits: the sequences are so long that to read the item at each position takes several times as long.
  (func (export "setValues") (param $at i32) (param $end i32) (param $value f64)
    (local $position i32) (local $meeting i32)
    (block $none
      (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
      (loop $next
        (local.set $position (i32.load $rows (local.get $at)))
        (local.set $meeting
          (i32.add
            (i32.load $room
              (i32.add (global.get $bases) (i32.shl (i32.shr_u (local.get $position) (i32.const 6)) (i32.const 2))))
            (i32.mul (i32.const 40)
              (i32.wrap_i64
                (i64.popcnt
                  (i64.and
                    (i64.load $room
                      (i32.add (global.get $bits)
                        (i32.shl (i32.shr_u (local.get $position) (i32.const 6)) (i32.const 3))))
                    (i64.sub
                      (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $position)))
                      (i64.const 1))))))))
        (f64.store $room offset=16 (local.get $meeting)
          (if (result f64) (i32.ne (global.get $weights) (i32.const -1))
            (then (f64.mul (local.get $value) (call $weightAt (local.get $position))))
            (else (local.get $value))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end))))))

  ;; Finds those among the $k greatest cosines, or a few more, and returns how many they are. $scale is 1 / |x_u|, and
  ;; the meetings end at $end. Forgets the positions.
  (func (export "nearest") (param $end i32) (param $scale f64) (param $k i32) (result i32)
    (call $compareMeetings (local.get $end) (local.get $scale))
    (call $keep
      (call $comparePositions (local.get $end) (local.get $scale) (call $least (local.get $k)))
      (call $least (local.get $k))))

  ;; Writes the item after each of the first $count positions found, and as its score the cube of the cosine, times the
  ;; weight of the event. Items are all over the memory: in a loop of their own a processor waits for many at once.
  (func (export "scoreNext") (param $count i32)
    (local $at i32) (local $to i32) (local $end i32)
    (local $p0 i32) (local $p1 i32) (local $p2 i32) (local $p3 i32) (local $x v128)
    (local.set $at (global.get $positions))
    (local.set $to (global.get $items))
    (local.set $end (i32.add (local.get $at) (i32.shl (i32.and (local.get $count) (i32.const -4)) (i32.const 2))))
    (block $rest
      (loop $four
        (br_if $rest (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $p0
          (i32.add (global.get $sequence) (i32.shl (i32.load $room (local.get $at)) (i32.const 2))))
        (local.set $p1
          (i32.add (global.get $sequence) (i32.shl (i32.load $room offset=4 (local.get $at)) (i32.const 2))))
        (local.set $p2
          (i32.add (global.get $sequence) (i32.shl (i32.load $room offset=8 (local.get $at)) (i32.const 2))))
        (local.set $p3
          (i32.add (global.get $sequence) (i32.shl (i32.load $room offset=12 (local.get $at)) (i32.const 2))))
        (i32.store $room (local.get $to) (i32.load $rows offset=4 (local.get $p0)))
        (i32.store $room offset=4 (local.get $to) (i32.load $rows offset=4 (local.get $p1)))
        (i32.store $room offset=8 (local.get $to) (i32.load $rows offset=4 (local.get $p2)))
        (i32.store $room offset=12 (local.get $to) (i32.load $rows offset=4 (local.get $p3)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (br $four)))
    (local.set $end (i32.add (global.get $positions) (i32.shl (local.get $count) (i32.const 2))))
    (block $last
      (loop $one
        (br_if $last (i32.ge_u (local.get $at) (local.get $end)))
        (i32.store $room (local.get $to)
          (i32.load $rows offset=4
            (i32.add (global.get $sequence) (i32.shl (i32.load $room (local.get $at)) (i32.const 2)))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (br $one)))
    (local.set $at (global.get $cosines))
    (local.set $to (global.get $scores))
    (local.set $end (i32.add (local.get $at) (i32.shl (local.get $count) (i32.const 3))))
    (block $none
      (loop $pair
        (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $x (v128.load $room (local.get $at)))
        (v128.store $room (local.get $to)
          (f64x2.mul (f64x2.mul (local.get $x) (local.get $x)) (local.get $x)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (br $pair)))
    (if (i32.ne (global.get $weights) (i32.const -1)) (then (call $weigh (local.get $count)))))

  ;; Multiplies the first $count scores with the weights of the events after their positions.
  (func $weigh (param $count i32)
    (local $n i32) (local $at i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $n) (local.get $count)))
        (local.set $at (i32.add (global.get $scores) (i32.shl (local.get $n) (i32.const 3))))
        (f64.store $room (local.get $at)
          (f64.mul
            (f64.load $room (local.get $at))
            (call $weightAt
              (i32.add (i32.const 1)
                (i32.load $room (i32.add (global.get $positions) (i32.shl (local.get $n) (i32.const 2))))))))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $next))))

  ;; How far each meeting is from the ends of its user's events (math/starts.ts), its product and its cosine. A product
  ;; is that of the meeting before, times a power of the decay, without those that have left the window, and with the
  ;; meeting's own value.
  (func $compareMeetings (param $end i32) (param $scale f64)
    (local $at i32) (local $first i32) (local $position i32) (local $last i32) (local $steps i32) (local $back i32)
    (local $word i32) (local $shift i32) (local $ahead i32)
    (local $is_apart i32) (local $product f64) (local $cosine f64)
    (local.set $at (global.get $meetings))
    (local.set $first (local.get $at))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $position (i32.load $room (local.get $at)))
        (i64.store $room
          (i32.add (global.get $bits) (i32.shl (i32.shr_u (local.get $position) (i32.const 6)) (i32.const 3)))
          (i64.const 0))
        (local.set $shift (i32.and (local.get $position) (i32.const 31)))
        (local.set $word
          (i32.add (global.get $starts) (i32.shl (i32.shr_u (local.get $position) (i32.const 5)) (i32.const 2))))
        (local.set $back
          (call $lesser
            (i32.clz
              (i32.or
                (i32.shl (i32.load $room offset=4 (local.get $word))
                  (i32.sub (i32.const 31) (local.get $shift)))
                (i32.shr_u (i32.shr_u (i32.load $room (local.get $word)) (i32.const 1)) (local.get $shift))))
            (i32.sub (global.get $length) (i32.const 1))))
        (local.set $ahead
          (call $lesser
            (i32.ctz
              (i32.or
                (i32.shr_u (i32.shr_u (i32.load $room offset=4 (local.get $word)) (i32.const 1)) (local.get $shift))
                (i32.shl (i32.load $room offset=8 (local.get $word))
                  (i32.sub (i32.const 31) (local.get $shift)))))
            (global.get $length)))
        (i32.store $room offset=8 (local.get $at) (local.get $back))
        (i32.store $room offset=12 (local.get $at) (local.get $ahead))
        (local.set $steps (i32.sub (local.get $position) (local.get $last)))
        ;; Without a branch: half of them are in the window of the one before, in no order.
        (local.set $is_apart (i32.gt_s (local.get $steps) (local.get $back)))
        (local.set $first (select (local.get $at) (local.get $first) (local.get $is_apart)))
        (local.set $product
          (f64.mul (local.get $product)
            (call $decay (select (global.get $none) (local.get $steps) (local.get $is_apart)))))
        (block $inside
          (loop $leaving
            (local.set $steps (i32.sub (local.get $position) (i32.load $room (local.get $first))))
            (br_if $inside (i32.lt_s (local.get $steps) (global.get $length)))
            (local.set $product
              (f64.sub (local.get $product)
                (f64.mul (f64.load $room offset=16 (local.get $first)) (call $decay (local.get $steps)))))
            (local.set $first (i32.add (local.get $first) (i32.const 40)))
            (br $leaving)))
        (local.set $product (f64.add (local.get $product) (f64.load $room offset=16 (local.get $at))))
        (local.set $last (local.get $position))
        (i32.store $room offset=4 (local.get $at) (local.get $first))
        (f64.store $room offset=24 (local.get $at) (local.get $product))
        (local.set $cosine
          (select
            (call $cosine (local.get $product) (local.get $position) (local.get $back) (local.get $scale))
            (f64.const 0)
            (local.get $ahead)))
        (f64.store $room offset=32 (local.get $at) (local.get $cosine))
        (call $count (local.get $cosine))
        (local.set $at (i32.add (local.get $at) (i32.const 40)))
        (br $next))))

  ;; Writes the positions at the meetings and after them that may be among the greatest, with their cosines. Returns
  ;; how many they are.
  (func $comparePositions (param $end i32) (param $scale f64) (param $least f64) (result i32)
    (local $at i32) (local $position i32) (local $stop i32) (local $t i32) (local $left i32) (local $steps i32)
    (local $product f64) (local $cosine f64) (local $found i32)
    (local.set $at (global.get $meetings))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $cosine (f64.load $room offset=32 (local.get $at)))
        (if (f64.ge (local.get $cosine) (local.get $least))
          (then
            (local.set $position (i32.load $room (local.get $at)))
            (local.set $stop (i32.add (local.get $position) (i32.load $room offset=12 (local.get $at))))
            (if (i32.lt_u (i32.add (local.get $at) (i32.const 40)) (local.get $end))
              (then
                (local.set $stop (call $lesser (local.get $stop) (i32.load $room offset=40 (local.get $at))))))
            (local.set $t (local.get $position))
            (block $last
              (loop $step
                (br_if $last (i32.ge_s (local.get $t) (local.get $stop)))
                (br_if $last (i32.eqz (f64.ge (local.get $cosine) (local.get $least))))
                (i32.store $room (i32.add (global.get $positions) (i32.shl (local.get $found) (i32.const 2)))
                  (local.get $t))
                (f64.store $room (i32.add (global.get $cosines) (i32.shl (local.get $found) (i32.const 3)))
                  (local.get $cosine))
                (call $count (local.get $cosine))
                (local.set $found (i32.add (local.get $found) (i32.const 1)))
                (local.set $t (i32.add (local.get $t) (i32.const 1)))
                (br_if $last (i32.ge_s (local.get $t) (local.get $stop)))
                (local.set $steps (i32.sub (local.get $t) (local.get $position)))
                (local.set $product
                  (f64.mul (f64.load $room offset=24 (local.get $at)) (call $decay (local.get $steps))))
                (local.set $left (i32.load $room offset=4 (local.get $at)))
                (block $inside
                  (loop $leaving
                    (local.set $steps (i32.sub (local.get $t) (i32.load $room (local.get $left))))
                    (br_if $inside (i32.lt_s (local.get $steps) (global.get $length)))
                    (local.set $product
                      (f64.sub (local.get $product)
                        (f64.mul (f64.load $room offset=16 (local.get $left)) (call $decay (local.get $steps)))))
                    (local.set $left (i32.add (local.get $left) (i32.const 40)))
                    (br $leaving)))
                (local.set $cosine
                  (call $cosine
                    (local.get $product)
                    (local.get $t)
                    (call $lesser
                      (i32.add
                        (i32.load $room offset=8 (local.get $at))
                        (i32.sub (local.get $t) (local.get $position)))
                      (i32.sub (global.get $length) (i32.const 1)))
                    (local.get $scale)))
                (br $step)))))
        (local.set $at (i32.add (local.get $at) (i32.const 40)))
        (br $next)))
    (local.get $found))

  ;; Keeps those of the first $count that are not below $least. Returns how many they are.
  (func $keep (param $count i32) (param $least f64) (result i32)
    (local $n i32) (local $kept i32) (local $cosine f64)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $n) (local.get $count)))
        (local.set $cosine
          (f64.load $room (i32.add (global.get $cosines) (i32.shl (local.get $n) (i32.const 3)))))
        ;; Written in any case, and counted where it is kept.
        (i32.store $room (i32.add (global.get $positions) (i32.shl (local.get $kept) (i32.const 2)))
          (i32.load $room (i32.add (global.get $positions) (i32.shl (local.get $n) (i32.const 2)))))
        (f64.store $room (i32.add (global.get $cosines) (i32.shl (local.get $kept) (i32.const 3))) (local.get $cosine))
        (local.set $kept (i32.add (local.get $kept) (f64.ge (local.get $cosine) (local.get $least))))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $next)))
    (local.get $kept))

  ;; Of the cosines that were counted the $k-th greatest, rounded down to 1 / 2048. Forgets the counts.
  (func $least (param $k i32) (result f64)
    (local $step i32) (local $sum i32)
    (local.set $step (i32.const 2049))
    (loop $next
      (local.set $step (i32.sub (local.get $step) (i32.const 1)))
      (local.set $sum
        (i32.add (local.get $sum)
          (i32.load $room (i32.add (global.get $counts) (i32.shl (local.get $step) (i32.const 2))))))
      (br_if $next (i32.and (i32.lt_s (local.get $sum) (local.get $k)) (i32.gt_s (local.get $step) (i32.const 0)))))
    (memory.fill $room (global.get $counts) (i32.const 0) (i32.const 8196))
    (f64.div (f64.convert_i32_s (local.get $step)) (f64.const 2048)))

  (func $count (param $cosine f64)
    (local $at i32)
    (local.set $at
      (i32.add (global.get $counts)
        (i32.shl
          ;; The last bits of the sum with 2^52 are the whole number itself: three instructions rather than ten.
          (call $lesser
            (i32.wrap_i64
              (i64.reinterpret_f64
                (f64.add
                  (f64.trunc (f64.mul (local.get $cosine) (f64.const 2048)))
                  (f64.const 4503599627370496))))
            (i32.const 2048))
          (i32.const 2))))
    (i32.store $room (local.get $at) (i32.add (i32.load $room (local.get $at)) (i32.const 1))))

  (func $cosine (param $product f64) (param $position i32) (param $back i32) (param $scale f64) (result f64)
    (f64.mul
      (f64.mul (local.get $product) (local.get $scale))
      (f64.load $room
        (i32.add (global.get $inverses)
          (i32.shl
            (select (local.get $position) (local.get $back) (i32.ne (global.get $weights) (i32.const -1)))
            (i32.const 3))))))

  (func $decay (param $steps i32) (result f64)
    (f64.load $room (i32.add (global.get $decays) (i32.shl (local.get $steps) (i32.const 3)))))

  (func $weightAt (param $position i32) (result f64)
    (f64.promote_f32
      (f32.load $rows (i32.add (global.get $weights) (i32.shl (local.get $position) (i32.const 2))))))

  (func $lesser (param $a i32) (param $b i32) (result i32)
    (select (local.get $a) (local.get $b) (i32.lt_s (local.get $a) (local.get $b)))))
