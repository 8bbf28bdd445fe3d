import EngineService
import Testing

@Suite struct EngineServiceTests {}
