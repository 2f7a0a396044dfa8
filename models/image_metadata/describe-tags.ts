import type { Tags } from './read-tags.ts';

/**
 * The tags that say where, when and with what an image was made, by the classes of the manifest.
 * A class is there when the file says it. Dates are ISO 8601, without an offset when the file gives
 * none; latitude, longitude in degrees (WGS 84), altitude in metres above the sea.
 */
export function describeTags({ ifd0, exif, gps, xmp }: Tags): Record<string, unknown> {
  const all = {
    taken_at: date(exif.DateTimeOriginal, exif.OffsetTimeOriginal) ?? text(xmp.DateCreated),
    digitized_at: date(exif.CreateDate, exif.OffsetTimeDigitized) ?? text(xmp.CreateDate),
    modified_at: date(ifd0.ModifyDate, exif.OffsetTime) ?? text(xmp.ModifyDate),
    gps_at: gpsTime(gps.GPSDateStamp, gps.GPSTimeStamp),
    ...place(gps),
    camera_make: text(ifd0.Make),
    camera_model: text(ifd0.Model),
    camera_serial_number: text(exif.SerialNumber) ?? text(exif.BodySerialNumber),
    lens: text(exif.LensModel) ?? text(xmp.Lens),
    software: text(ifd0.Software) ?? text(xmp.CreatorTool),
    artist: text(ifd0.Artist) ?? text(xmp.creator),
    copyright: text(ifd0.Copyright) ?? text(xmp.rights),
    title: text(ifd0.ImageDescription) ?? text(xmp.title) ?? text(xmp.description),
    exposure_seconds: positive(exif.ExposureTime),
    f_number: positive(exif.FNumber),
    iso: positive(exif.ISO),
    focal_length_mm: positive(exif.FocalLength),
    orientation: text(ifd0.Orientation),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const maxText = 2000;

/** A text as a database can keep it; undefined when there is none. */
export function text(value: unknown): string | undefined {
  // XMP has texts in several languages as objects.
  const found = Array.isArray(value) ? value.map(text).filter(Boolean).join(', ') : fromObject(value);
  if (typeof found !== 'string') return undefined;
  const clean = found
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, maxText)
    .toWellFormed()
    .trim();
  return clean || undefined;
}

function fromObject(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
}

/** From "2024:04:30 09:08:07" and "+02:00". Cameras that do not know the time write zeros or spaces. */
function date(written: unknown, offset: unknown): string | undefined {
  const parts = /^(\d{4}):(\d\d):(\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(typeof written === 'string' ? written : '');
  if (!parts || Number(parts[1]) === 0 || Number(parts[2]) === 0) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const zone = typeof offset === 'string' ? (/^(?:[+-]\d\d:\d\d|Z)/.exec(offset.trim())?.[0] ?? '') : '';
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`;
}

/** GPS time is UTC. */
function gpsTime(day: unknown, time: unknown): string | undefined {
  if (!Array.isArray(time) || !time.every(Number.isFinite)) return undefined;
  const clock = time.map((part: number) => String(Math.floor(part)).padStart(2, '0')).join(':');
  return date(`${text(day)} ${clock}`, 'Z');
}

function place({ latitude, longitude, GPSAltitude, GPSAltitudeRef }: Record<string, unknown>) {
  const [north, east] = [number(latitude), number(longitude)];
  // A receiver that has not found itself yet writes 0, 0.
  const found = north !== undefined && east !== undefined && (north !== 0 || east !== 0);
  if (!found || Math.abs(north) > 90 || Math.abs(east) > 180) return {};
  const altitude = number(GPSAltitude);
  const below = GPSAltitudeRef instanceof Uint8Array ? GPSAltitudeRef[0] === 1 : GPSAltitudeRef === 1;
  return {
    latitude: round(north),
    longitude: round(east),
    altitude: altitude === undefined || !below ? altitude : -altitude,
  };
}

const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
const positive = (value: unknown) => ((number(value) ?? 0) > 0 ? number(value) : undefined);
/** A centimetre on the ground. */
const round = (degrees: number) => Math.round(degrees * 1e7) / 1e7;
