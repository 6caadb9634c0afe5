;; Products of a vector with the rows of a sparse matrix that lists name (listed-products.ts). The result is the same to
;; the bit as that of a loop over the entries of a row. All addresses are in bytes. `npm run generate` assembles this text
;; into generated/listed-products.ts.

(module
  (import "engine" "memory" (memory $room 0 65536 shared))
  (import "engine" "rows" (memory $rows 0 65536 shared))
  ;; The matrix, in $rows.
  (import "engine" "offsets" (global $offsets i32))
  (import "engine" "columns" (global $columns i32))
  (import "engine" "entries" (global $entries i32))
  ;; In $room the vector, and a byte of each row, which is 1 where it is listed already.
  (import "engine" "vector" (global $vector i32))
  (import "engine" "isListed" (global $is_listed i32))

  ;; Lists the rows of a list, from $at to $end in $rows, that are not listed yet, from $listed on, and writes the product
  ;; of each from $products on. Returns the end of the listed ones.
  (func (export "multiply")
    (param $at i32) (param $end i32) (param $listed i32) (param $products i32)
    (result i32)
    (local $row i32) (local $entry i32) (local $entries_end i32) (local $sum f64)
    (block $none
      (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
      (loop $next
        (local.set $row (i32.load $rows (local.get $at)))
        (if (i32.eqz (i32.load8_u $room (i32.add (global.get $is_listed) (local.get $row))))
          (then
            (i32.store8 $room (i32.add (global.get $is_listed) (local.get $row)) (i32.const 1))
            (i32.store $room (local.get $listed) (local.get $row))
            (local.set $listed (i32.add (local.get $listed) (i32.const 4)))
            (local.set $row (i32.add (global.get $offsets) (i32.shl (local.get $row) (i32.const 2))))
            (local.set $entry (i32.shl (i32.load $rows (local.get $row)) (i32.const 2)))
            (local.set $entries_end (i32.shl (i32.load $rows offset=4 (local.get $row)) (i32.const 2)))
            (local.set $sum (f64.const 0))
            (block $empty
              (br_if $empty (i32.ge_u (local.get $entry) (local.get $entries_end)))
              (loop $more
                (local.set $sum
                  (f64.add (local.get $sum)
                    (f64.mul
                      (f64.load $room
                        (i32.add (global.get $vector)
                          (i32.shl
                            (i32.load $rows (i32.add (global.get $columns) (local.get $entry)))
                            (i32.const 3))))
                      (f64.promote_f32 (f32.load $rows (i32.add (global.get $entries) (local.get $entry)))))))
                (local.set $entry (i32.add (local.get $entry) (i32.const 4)))
                (br_if $more (i32.lt_u (local.get $entry) (local.get $entries_end)))))
            (f64.store $room (local.get $products) (local.get $sum))
            (local.set $products (i32.add (local.get $products) (i32.const 8)))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end)))))
    (local.get $listed))

  ;; Makes the listed rows from $at to $end unlisted again.
  (func (export "forget") (param $at i32) (param $end i32)
    (block $none
      (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
      (loop $next
        (i32.store8 $room (i32.add (global.get $is_listed) (i32.load $room (local.get $at))) (i32.const 0))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end)))))))
