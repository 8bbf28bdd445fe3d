internal import CLibUV

// Objects as untyped pointers, and back; `EngineLoop+Blocking` does the same for its requests.

/// Ties the memory of a libuv handle or request to the Swift object that its callbacks reach.
///
/// The `data` field holds one strong reference, taken by `retain` and given back by `release`, so
/// that an object lives for as long as libuv can call it.
enum HandleBox {
    static func retain(
        _ object: LoopHandle, in handle: UnsafeMutablePointer<uv_handle_t>
    ) {
        unsafe handle.pointee.data = Unmanaged.passRetained(object).toOpaque()
    }

    /// The object behind a handle.
    static func object<Object: LoopHandle>(
        of handle: UnsafeMutableRawPointer?, as type: Object.Type
    ) -> Object? {
        guard let handle = unsafe handle else { return nil }
        // Every libuv handle starts with the fields of uv_handle_t.
        let data = unsafe handle.assumingMemoryBound(to: uv_handle_t.self).pointee.data
        guard let data = unsafe data else { return nil }
        // Each class sets its callbacks on handles of its own alone.
        return unsafe unsafeDowncast(
            Unmanaged<LoopHandle>.fromOpaque(data).takeUnretainedValue(), to: type)
    }

    /// Gives the reference back and frees the handle's memory: for close callbacks.
    static func release(_ handle: UnsafeMutablePointer<uv_handle_t>) -> LoopHandle? {
        guard let data = unsafe handle.pointee.data else { return nil }
        // libuv does not look at a handle again whose close callback it calls.
        unsafe UnsafeMutableRawPointer(handle).deallocate()
        return unsafe Unmanaged<LoopHandle>.fromOpaque(data).takeRetainedValue()
    }
}

/// Ties the handles that belong to a loop itself to its ``LoopCore``, which lives until the last of
/// them has closed.
///
/// The loop's own `data` field is not used: it may be a host's.
enum LoopBox {
    static func retain(_ core: LoopCore, in handle: UnsafeMutablePointer<uv_handle_t>) {
        unsafe handle.pointee.data = Unmanaged.passRetained(core).toOpaque()
    }

    static func core(of handle: UnsafeMutableRawPointer?) -> LoopCore? {
        guard let handle = unsafe handle else { return nil }
        // Every libuv handle starts with the fields of uv_handle_t.
        let data = unsafe handle.assumingMemoryBound(to: uv_handle_t.self).pointee.data
        guard let data = unsafe data else { return nil }
        return unsafe Unmanaged<LoopCore>.fromOpaque(data).takeUnretainedValue()
    }

    /// Gives the reference back: for close callbacks.
    static func release(_ handle: UnsafeMutablePointer<uv_handle_t>?) -> LoopCore? {
        guard let data = unsafe handle?.pointee.data else { return nil }
        return unsafe Unmanaged<LoopCore>.fromOpaque(data).takeRetainedValue()
    }
}

/// One libuv request in flight (`uv_connect_t`, `uv_write_t`, `uv_shutdown_t`) with bytes that it
/// needs, freed when its callback has run.
@safe struct RequestBox<Request> {
    let request: UnsafeMutablePointer<Request>

    init(owner: LoopHandle, data: WritableKeyPath<Request, UnsafeMutableRawPointer?>) {
        let memory = UnsafeMutableRawPointer(UnsafeMutablePointer<Request>.allocate(capacity: 1))
        unsafe memory.initializeMemory(
            as: UInt8.self, repeating: 0, count: MemoryLayout<Request>.size)
        // A C structure of zeros is a value; libuv fills in what it needs.
        unsafe request = memory.bindMemory(to: Request.self, capacity: 1)
        unsafe request.pointee[keyPath: data] = Unmanaged.passRetained(owner).toOpaque()
    }

    /// Frees a request and answers who made it: once, in its callback or when libuv refused it.
    static func take<Owner: LoopHandle>(
        _ request: UnsafeMutablePointer<Request>?,
        data: WritableKeyPath<Request, UnsafeMutableRawPointer?>,
        owner type: Owner.Type
    ) -> Owner? {
        // libuv is done with a request whose callback it calls, or that it refused; each callback
        // names the class that makes such requests.
        guard let request = unsafe request,
            let data = unsafe request.pointee[keyPath: data]
        else { return nil }
        unsafe request.deallocate()
        return unsafe unsafeDowncast(
            Unmanaged<LoopHandle>.fromOpaque(data).takeRetainedValue(), to: type)
    }
}

/// What a new thread is to do.
///
/// The pointer is one strong reference: the thread takes it or, where there is none, its maker.
final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    func retainedOpaque() -> UnsafeMutableRawPointer {
        unsafe Unmanaged.passRetained(self).toOpaque()
    }

    static func take(_ opaque: UnsafeMutableRawPointer) -> ThreadStart {
        unsafe Unmanaged<ThreadStart>.fromOpaque(opaque).takeRetainedValue()
    }

    static func discard(_ opaque: UnsafeMutableRawPointer) {
        unsafe Unmanaged<ThreadStart>.fromOpaque(opaque).release()
    }
}

/// A loop behind an untyped pointer.
///
/// The pointer is one strong reference.
enum LoopPointer {
    static func retained(_ loop: EngineLoop) -> UnsafeRawPointer {
        unsafe UnsafeRawPointer(Unmanaged.passRetained(loop).toOpaque())
    }

    static func loop(_ pointer: UnsafeRawPointer?) -> EngineLoop? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe Unmanaged<EngineLoop>.fromOpaque(pointer).takeUnretainedValue()
    }

    static func release(_ pointer: UnsafeRawPointer) {
        unsafe Unmanaged<EngineLoop>.fromOpaque(pointer).release()
    }
}
