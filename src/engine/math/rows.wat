;; The inner loops over packed rows (packed-rows.ts) where they lie, in the memory $rows of a model; scores are in another
;; memory. The result is the same to the bit as that of the loops in scores.ts.
;; All addresses are in bytes. `npm run generate` assembles this text into generated/rows.ts.

(module
  (import "engine" "memory" (memory $scores 0 65536 shared))
  (import "engine" "rows" (memory $rows 0 65536 shared))

  ;; values[column] += $scale · entry for each of $count entries of a row.
  (func (export "addRow")
    (param $values i32) (param $columns i32) (param $entries i32) (param $count i32) (param $scale f64)
    (local $end i32) (local $at i32)
    (local.set $end (i32.add (local.get $columns) (i32.shl (local.get $count) (i32.const 1))))
    (block $none
      (br_if $none (i32.eqz (local.get $count)))
      (loop $entry
        (local.set $at
          (i32.add (local.get $values) (i32.shl (i32.load16_u $rows (local.get $columns)) (i32.const 3))))
        (f64.store $scores (local.get $at)
          (f64.add
            (f64.load $scores (local.get $at))
            (f64.mul (local.get $scale) (f64.convert_i32_s (i32.load16_s $rows (local.get $entries))))))
        (local.set $columns (i32.add (local.get $columns) (i32.const 2)))
        (local.set $entries (i32.add (local.get $entries) (i32.const 2)))
        (br_if $entry (i32.lt_u (local.get $columns) (local.get $end))))))

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
    (local.get $list)))
