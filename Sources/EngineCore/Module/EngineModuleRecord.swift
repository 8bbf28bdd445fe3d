/// What a module's author puts into the program's section `engine_modules`, so that
/// `Engine.registerLinkedModules()` finds the module without a list of modules anywhere.
///
/// ```swift
/// @section("engine_modules") @used
/// private let record: EngineModuleRecord = (1, { PolicyModule.self })
/// ```
///
/// The linker lays the records of all of a program's object files side by side. A record is a
/// constant: nothing runs before it is asked for (Swift 6.3 or later, SE-0492). The section must
/// hold nothing else.
///
/// Found are the records of the image that `EngineCore` is linked into, which is the whole program
/// unless it is built of dynamic libraries. ELF systems only.
public typealias EngineModuleRecord = (version: UInt64, type: @Sendable () -> any EngineModule.Type)
