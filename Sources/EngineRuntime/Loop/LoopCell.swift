/// Room for a value that one thread alone touches, and that nothing calls out of while it changes.
///
/// A stored property of a class has each call on it checked for exclusive access at run time, which
/// adds up to a fifth of what a request costs. Here debug builds check, and others rely on it.
@safe @usableFromInline package struct LoopCell<Value: ~Copyable>: ~Copyable {
    #if DEBUG
        @usableFromInline final class Checked {
            @usableFromInline var value: Value

            init(_ value: consuming Value) {
                self.value = value
            }
        }

        @usableFromInline let checked: Checked

        package init(_ value: consuming Value) {
            checked = Checked(value)
        }

        package var value: Value {
            _read { yield checked.value }
            nonmutating _modify { yield &checked.value }
        }
    #else
        // Initialized from `init` to `deinit`, and never handed out.
        @usableFromInline let pointer: UnsafeMutablePointer<Value>

        package init(_ value: consuming Value) {
            unsafe pointer = .allocate(capacity: 1)
            unsafe pointer.initialize(to: value)
        }

        deinit {
            unsafe pointer.deinitialize(count: 1)
            unsafe pointer.deallocate()
        }

        @inlinable package var value: Value {
            unsafeAddress { unsafe UnsafePointer(pointer) }
            nonmutating unsafeMutableAddress { unsafe pointer }
        }
    #endif
}
