;; The text of a list of items, as JSON.stringify would write it. All addresses are in bytes; texts are copied 16 bytes at
;; a time, so there must be as many after each. `npm run generate` assembles this text into generated/texts.ts.

(module
  (import "engine" "memory" (memory 0 65536 shared))

  ;; The digits of a number below 10⁸ as bytes from 0 to 9, the first digit in the lowest byte: halves, then quarters of
  ;; these, then digits, all at once.
  (func $digits (param $number i32) (result i64)
    (local $parts i64) (local $high i64)
    (local.set $parts
      (i64.or
        (i64.extend_i32_u (i32.div_u (local.get $number) (i32.const 10000)))
        (i64.shl (i64.extend_i32_u (i32.rem_u (local.get $number) (i32.const 10000))) (i64.const 32))))
    (local.set $high
      (i64.and
        (i64.shr_u (i64.mul (local.get $parts) (i64.const 10486)) (i64.const 20))
        (i64.const 0x0000007f0000007f)))
    (local.set $parts
      (i64.or
        (local.get $high)
        (i64.shl (i64.sub (local.get $parts) (i64.mul (local.get $high) (i64.const 100))) (i64.const 16))))
    (local.set $high
      (i64.and (i64.shr_u (i64.mul (local.get $parts) (i64.const 103)) (i64.const 10)) (i64.const 0x000f000f000f000f)))
    (i64.or
      (local.get $high)
      (i64.shl (i64.sub (local.get $parts) (i64.mul (local.get $high) (i64.const 10))) (i64.const 8))))

  ;; Writes a score from 0 to 1 of 7 decimals as JavaScript does. Returns the end.
  (func $writeScore (param $to i32) (param $score f64) (result i32)
    (local $units i32) (local $digits i64)
    (local.set $units (i32.trunc_f64_u (f64.nearest (f64.mul (local.get $score) (f64.const 10000000)))))
    ;; 0 or 1
    (if (i32.or (i32.eqz (local.get $units)) (i32.eq (local.get $units) (i32.const 10000000)))
      (then
        (i32.store8 (local.get $to) (i32.add (i32.const 48) (i32.ne (local.get $units) (i32.const 0))))
        (return (i32.add (local.get $to) (i32.const 1)))))
    ;; 1e-7 to 9e-7
    (if (i32.lt_u (local.get $units) (i32.const 10))
      (then
        (i32.store (local.get $to) (i32.add (i32.const 0x372d6530) (local.get $units)))
        (return (i32.add (local.get $to) (i32.const 4)))))
    ;; 0. and seven digits but for the zeros at their end. The eighth digit, the first, is the point's place.
    (local.set $digits (call $digits (local.get $units)))
    (i32.store8 (local.get $to) (i32.const 48))
    (i64.store offset=1 align=1 (local.get $to) (i64.or (local.get $digits) (i64.const 0x3030303030303030)))
    (i32.store8 offset=1 (local.get $to) (i32.const 46))
    (i32.sub
      (i32.add (local.get $to) (i32.const 9))
      (i32.shr_u (i32.wrap_i64 (i64.clz (local.get $digits))) (i32.const 3))))

  ;; Writes $count items from $to on, each with a comma after it. Returns the end. $ids are the addresses of their ids as
  ;; JSON texts, whose lengths are in 16 bits before them. An item begins with the $head_length bytes at address 0. A
  ;; score that is a number comes after the 9 bytes at 16. After an item that is $explored come the 25 bytes at 32.
  (func (export "writeItems")
    (param $to i32) (param $ids i32) (param $scores i32) (param $explored i32) (param $count i32)
    (param $head_length i32) (result i32)
    (local $head v128) (local $before_score v128) (local $id i32) (local $length i32) (local $copied i32)
    (local $score f64)
    (local.set $head (v128.load (i32.const 0)))
    (local.set $before_score (v128.load (i32.const 16)))
    (block $end
      (loop $item
        (br_if $end (i32.eqz (local.get $count)))
        (v128.store align=1 (local.get $to) (local.get $head))
        (local.set $to (i32.add (local.get $to) (local.get $head_length)))
        (local.set $id (i32.load (local.get $ids)))
        (local.set $length (i32.load16_u align=1 (i32.sub (local.get $id) (i32.const 2))))
        (local.set $copied (i32.const 0))
        (loop $copy
          (v128.store align=1
            (i32.add (local.get $to) (local.get $copied))
            (v128.load align=1 (i32.add (local.get $id) (local.get $copied))))
          (br_if $copy
            (i32.lt_u (local.tee $copied (i32.add (local.get $copied) (i32.const 16))) (local.get $length))))
        (local.set $to (i32.add (local.get $to) (local.get $length)))
        (local.set $score (f64.load (local.get $scores)))
        (if (f64.eq (local.get $score) (local.get $score))
          (then
            (v128.store align=1 (local.get $to) (local.get $before_score))
            (local.set $to (call $writeScore (i32.add (local.get $to) (i32.const 9)) (local.get $score)))))
        (if (i32.load8_u (local.get $explored))
          (then
            (v128.store align=1 (local.get $to) (v128.load (i32.const 32)))
            (v128.store offset=16 align=1 (local.get $to) (v128.load (i32.const 48)))
            (local.set $to (i32.add (local.get $to) (i32.const 25)))))
        (i32.store16 align=1 (local.get $to) (i32.const 0x2c7d))
        (local.set $to (i32.add (local.get $to) (i32.const 2)))
        (local.set $ids (i32.add (local.get $ids) (i32.const 4)))
        (local.set $scores (i32.add (local.get $scores) (i32.const 8)))
        (local.set $explored (i32.add (local.get $explored) (i32.const 1)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $item)))
    (local.get $to)))
