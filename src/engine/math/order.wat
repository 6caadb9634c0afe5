;; Puts scores of 64 bits in order: which may be among the best, and sorting those. All addresses are in bytes.
;; `npm run generate` assembles this text into generated/order.ts.

(module
  (import "engine" "memory" (memory 0 65536 shared))

  ;; The $k-th greatest of $count numbers, which end up in another order: quickselect (Hoare, "Algorithm 65: Find",
  ;; CACM 1961). Whether a number is above the pivot is no branch, since no processor would foresee it.
  (func (export "nthGreatest") (param $from i32) (param $count i32) (param $k i32) (result f64)
    (local $to i32) (local $kth i32) (local $i i32) (local $a f64) (local $b f64) (local $c f64)
    (local.set $to (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 3))))
    (local.set $kth (i32.add (local.get $from) (i32.shl (i32.add (local.get $k) (i32.const -1)) (i32.const 3))))
    (loop $part
      ;; $b is the pivot: the median of the first, the last and the one in the middle.
      (local.set $a (f64.load (local.get $from)))
      (local.set $b
        (f64.load (i32.add (local.get $from)
          (i32.shl (i32.shr_u (i32.sub (local.get $to) (local.get $from)) (i32.const 4)) (i32.const 3)))))
      (local.set $c (f64.load (i32.sub (local.get $to) (i32.const 8))))
      (local.set $b
        (f64.max
          (f64.min (local.get $a) (local.get $b))
          (f64.min (f64.max (local.get $a) (local.get $b)) (local.get $c))))
      (local.set $i (call $moveGreater (local.get $from) (local.get $to) (local.get $b) (i32.const 0)))
      (if (i32.lt_u (local.get $kth) (local.get $i))
        (then
          (local.set $to (local.get $i))
          (br $part)))
      (local.set $from (local.get $i))
      (local.set $i (call $moveGreater (local.get $from) (local.get $to) (local.get $b) (i32.const 1)))
      (if (i32.ge_u (local.get $kth) (local.get $i))
        (then
          (local.set $from (local.get $i))
          (br $part))))
    (local.get $b))

  ;; Moves the numbers from $at to $end that are above $pivot before the others; with $orEqual those that are no less.
  ;; Returns where the others begin.
  (func $moveGreater (param $at i32) (param $end i32) (param $pivot f64) (param $orEqual i32) (result i32)
    (local $to i32) (local $x f64)
    (local.set $to (local.get $at))
    (loop $next
      (local.set $x (f64.load (local.get $at)))
      (f64.store (local.get $at) (f64.load (local.get $to)))
      (f64.store (local.get $to) (local.get $x))
      (local.set $to
        (i32.add (local.get $to)
          (i32.shl
            (i32.or
              (f64.gt (local.get $x) (local.get $pivot))
              (i32.and (f64.eq (local.get $x) (local.get $pivot)) (local.get $orEqual)))
            (i32.const 3))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (local.get $to))

  ;; Writes to $list the places of those numbers from $at to $end that are below $above and not below $least, and to
  ;; $scores the numbers. They end with a pair. Returns how many these are.
  (func (export "listBetween")
    (param $at i32) (param $end i32) (param $least f64) (param $above f64) (param $list i32) (param $scores i32)
    (result i32)
    (local $place i32) (local $to i32)
    (local $x v128) (local $are_between v128) (local $leasts v128) (local $limits v128)
    (local.set $to (local.get $list))
    (local.set $leasts (f64x2.splat (local.get $least)))
    (local.set $limits (f64x2.splat (local.get $above)))
    (block $done
      (loop $pair
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $x (v128.load (local.get $at)))
        (local.set $are_between
          (v128.and (f64x2.ge (local.get $x) (local.get $leasts)) (f64x2.lt (local.get $x) (local.get $limits))))
        (if (v128.any_true (local.get $are_between))
          (then
            ;; A place is written in any case, and counts where its number is between: −1 is true.
            (i32.store (local.get $to) (local.get $place))
            (v128.store64_lane 0 (local.get $scores) (local.get $x))
            (local.set $to
              (i32.sub (local.get $to) (i32.shl (i32x4.extract_lane 0 (local.get $are_between)) (i32.const 2))))
            (local.set $scores
              (i32.sub (local.get $scores) (i32.shl (i32x4.extract_lane 0 (local.get $are_between)) (i32.const 3))))
            (i32.store (local.get $to) (i32.add (local.get $place) (i32.const 1)))
            (v128.store64_lane 1 (local.get $scores) (local.get $x))
            (local.set $to
              (i32.sub (local.get $to) (i32.shl (i32x4.extract_lane 2 (local.get $are_between)) (i32.const 2))))
            (local.set $scores
              (i32.sub (local.get $scores) (i32.shl (i32x4.extract_lane 2 (local.get $are_between)) (i32.const 3))))))
        (local.set $place (i32.add (local.get $place) (i32.const 2)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $pair)))
    (i32.shr_u (i32.sub (local.get $to) (local.get $list)) (i32.const 2)))

  ;; Sorts $count scores, none of them NaN, and their items: the greatest first, of equal ones that of the lower place.
  ;; An entry is a key of 64 bits that rises as scores fall, then a place and an item. $room is for two of each, and for
  ;; 1,024 bytes. Entries are put in order by the leading four bytes in which keys differ, then each is moved to its
  ;; place. Where that takes too many steps, since many scores are all but equal, they are put in order by all bytes.
  (func (export "sortByScore")
    (param $scores i32) (param $places i32) (param $items i32) (param $count i32) (param $room i32)
    (local $at i32) (local $end i32) (local $key i64) (local $least i64) (local $most i64) (local $shift i64)
    (br_if 0 (i32.eqz (local.get $count)))
    (local.set $end (i32.add (local.get $room) (i32.shl (local.get $count) (i32.const 4))))
    (local.set $least (i64.const -1))
    (local.set $at (local.get $room))
    (loop $entry
      ;; −0 is as great as 0.
      (local.set $key
        (call $flip (i64.reinterpret_f64 (f64.add (f64.load (local.get $scores)) (f64.const 0)))))
      (i64.store (local.get $at) (local.get $key))
      (i32.store offset=8 (local.get $at) (i32.load (local.get $places)))
      (i32.store offset=12 (local.get $at) (i32.load (local.get $items)))
      (local.set $least
        (select (local.get $key) (local.get $least) (i64.lt_u (local.get $key) (local.get $least))))
      (local.set $most
        (select (local.get $key) (local.get $most) (i64.gt_u (local.get $key) (local.get $most))))
      (local.set $scores (i32.add (local.get $scores) (i32.const 8)))
      (local.set $places (i32.add (local.get $places) (i32.const 4)))
      (local.set $items (i32.add (local.get $items) (i32.const 4)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $entry (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $shift (i64.clz (i64.sub (local.get $most) (local.get $least))))
    (local.set $at (local.get $room))
    (loop $entry
      (i64.store (local.get $at)
        (i64.shl (i64.sub (i64.load (local.get $at)) (local.get $least)) (local.get $shift)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $entry (i32.lt_u (local.get $at) (local.get $end))))
    (if (i32.gt_u (local.get $count) (i32.const 16))
      (then (call $byBytes (local.get $room) (local.get $end) (i32.const 4) (i32.const 8))))
    (if (i32.eqz (call $insert (local.get $room) (local.get $end)))
      (then
        (call $byBytes (local.get $room) (local.get $end) (i32.const 8) (i32.const 12))
        (call $byBytes (local.get $room) (local.get $end) (i32.const 0) (i32.const 8))))
    (local.set $at (local.get $end))
    (loop $entry
      (local.set $at (i32.add (local.get $at) (i32.const -16)))
      (local.set $scores (i32.add (local.get $scores) (i32.const -8)))
      (local.set $items (i32.add (local.get $items) (i32.const -4)))
      (i64.store (local.get $scores)
        (call $flip
          (i64.add (i64.shr_u (i64.load (local.get $at)) (local.get $shift)) (local.get $least))))
      (i32.store (local.get $items) (i32.load offset=12 (local.get $at)))
      (br_if $entry (i32.gt_u (local.get $at) (local.get $room)))))

  ;; Makes of the bits of a number a key, and of a key the bits: the greater the number, the less its key.
  (func $flip (param $bits i64) (result i64)
    (i64.xor (local.get $bits)
      (i64.and
        (i64.xor (i64.shr_s (local.get $bits) (i64.const 63)) (i64.const -1))
        (i64.const 0x7fffffffffffffff))))

  ;; Puts the entries from $at to $end in order by an even number of their bytes, the last of which counts most. There
  ;; is room for as many behind them, and for 256 addresses.
  (func $byBytes (param $at i32) (param $end i32) (param $byte i32) (param $last i32)
    (local $from i32) (local $stop i32) (local $to i32) (local $bytes i32) (local $counts i32) (local $sum i32)
    (local $n i32)
    (local.set $bytes (i32.sub (local.get $end) (local.get $at)))
    (local.set $counts (i32.add (local.get $end) (local.get $bytes)))
    (local.set $to (local.get $end))
    (loop $by
      (memory.fill (local.get $counts) (i32.const 0) (i32.const 1024))
      (local.set $stop (i32.add (local.get $at) (local.get $bytes)))
      (local.set $from (local.get $at))
      (loop $entry
        (local.set $n
          (i32.add (local.get $counts)
            (i32.shl (i32.load8_u (i32.add (local.get $from) (local.get $byte))) (i32.const 2))))
        (i32.store (local.get $n) (i32.add (i32.load (local.get $n)) (i32.const 16)))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (br_if $entry (i32.lt_u (local.get $from) (local.get $stop))))
      ;; Of each value of the byte the address of its first entry.
      (local.set $sum (local.get $to))
      (local.set $n (local.get $counts))
      (loop $value
        (local.set $from (i32.load (local.get $n)))
        (i32.store (local.get $n) (local.get $sum))
        (local.set $sum (i32.add (local.get $sum) (local.get $from)))
        (local.set $n (i32.add (local.get $n) (i32.const 4)))
        (br_if $value (i32.lt_u (local.get $n) (i32.add (local.get $counts) (i32.const 1024)))))
      (local.set $from (local.get $at))
      (loop $entry
        (local.set $n
          (i32.add (local.get $counts)
            (i32.shl (i32.load8_u (i32.add (local.get $from) (local.get $byte))) (i32.const 2))))
        (local.set $sum (i32.load (local.get $n)))
        (v128.store (local.get $sum) (v128.load (local.get $from)))
        (i32.store (local.get $n) (i32.add (local.get $sum) (i32.const 16)))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (br_if $entry (i32.lt_u (local.get $from) (local.get $stop))))
      (local.set $from (local.get $at))
      (local.set $at (local.get $to))
      (local.set $to (local.get $from))
      (local.set $byte (i32.add (local.get $byte) (i32.const 1)))
      (br_if $by (i32.lt_u (local.get $byte) (local.get $last)))))

  ;; Sorts entries from $at to $end that are almost in order. Returns 0 where it stopped after eight steps an entry.
  (func $insert (param $at i32) (param $end i32) (result i32)
    (local $next i32) (local $to i32) (local $steps i32) (local $entry v128) (local $key i64) (local $other i64)
    (local.set $steps (i32.shr_u (i32.sub (local.get $end) (local.get $at)) (i32.const 1)))
    (local.set $next (local.get $at))
    (loop $each
      (local.set $next (i32.add (local.get $next) (i32.const 16)))
      (if (i32.ge_u (local.get $next) (local.get $end)) (then (return (i32.const 1))))
      (local.set $entry (v128.load (local.get $next)))
      (local.set $key (i64x2.extract_lane 0 (local.get $entry)))
      (local.set $to (local.get $next))
      (block $there
        (loop $step
          (br_if $there (i32.eq (local.get $to) (local.get $at)))
          (local.set $other (i64.load (i32.sub (local.get $to) (i32.const 16))))
          (br_if $there (i64.lt_u (local.get $other) (local.get $key)))
          (br_if $there
            (i32.and
              (i64.eq (local.get $other) (local.get $key))
              (i32.lt_u
                (i32.load (i32.sub (local.get $to) (i32.const 8)))
                (i32x4.extract_lane 2 (local.get $entry)))))
          (v128.store (local.get $to) (v128.load (i32.sub (local.get $to) (i32.const 16))))
          (local.set $to (i32.sub (local.get $to) (i32.const 16)))
          (local.set $steps (i32.sub (local.get $steps) (i32.const 1)))
          (br $step)))
      (v128.store (local.get $to) (local.get $entry))
      (br_if $each (i32.gt_s (local.get $steps) (i32.const 0))))
    (i32.const 0)))
