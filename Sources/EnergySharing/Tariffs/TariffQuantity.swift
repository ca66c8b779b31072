/// What a tariff counts per kilowatt-hour: ``Money`` or ``Carbon``.
///
/// Rates and amounts say of what they are, so that nobody adds grams to cents.
public protocol TariffQuantity: Sendable {}

/// Money, in whichever currency the community pays in.
public enum Money: TariffQuantity {}

/// Carbon dioxide (or its equivalent), in grams.
public enum Carbon: TariffQuantity {}
