/// The version of the five tools, which are released together.
package let version = "0.1.0"
