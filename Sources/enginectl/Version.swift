/// The version of the package, as .github/CHANGELOG.md has it.
let packageVersion = "0.1.0"
