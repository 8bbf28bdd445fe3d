extension Duration {
    /// No limit: as the value of any time limit of the library, such as
    /// ``EngineConfiguration/timeout``, ``EngineRequest/timeout`` or ``PhaseTimeouts/firstByte``.
    ///
    /// Configuration files, the environment and command lines write it as `none`.
    public static let unlimited = Duration(
        secondsComponent: .max, attosecondsComponent: 0)
}
