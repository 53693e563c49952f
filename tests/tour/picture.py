"""What is on the screen, read from the frame buffer that Xvfb keeps in a file: no request to anybody, so taking it disturbs nothing."""
import struct
import zlib
from pathlib import Path


class FrameBuffer:
    """The file that `Xvfb -fbdir` writes: a header in XWD form, then rows of 32-bit pixels, blue first."""

    def __init__(self, folder):
        self._path = Path(folder) / "Xvfb_screen0"
        with self._path.open("rb") as file:
            header = struct.unpack(">25I", file.read(100))
        self.width, self.height, self._line = header[4], header[5], header[12]
        self._offset = header[0] + header[19] * 12

    def grab(self):
        with self._path.open("rb") as file:
            file.seek(self._offset)
            return Picture(self.width, self.height, self._line, file.read(self._line * self.height))

    def colours_in(self, x, y, width, height, step=4):
        """Distinct colours on a sparse lattice of a rectangle: more than one means that something has been drawn."""
        picture = self.grab()
        seen = set()
        for row in range(max(0, y), min(self.height, y + height), step):
            start = row * self._line + 4 * max(0, x)
            pixels = picture.raw[start:start + 4 * min(width, self.width - max(0, x))]
            seen.update(pixels[i:i + 3] for i in range(0, len(pixels), 4 * step))
        return seen


class Picture:
    def __init__(self, width, height, line, raw):
        self.width, self.height, self._line, self.raw = width, height, line, raw

    def __eq__(self, other):
        return isinstance(other, Picture) and self.raw == other.raw

    def save(self, path):
        rgb = bytearray(3 * self._line // 4 * self.height)
        for to, source in ((0, 2), (1, 1), (2, 0)):
            rgb[to::3] = self.raw[source::4]
        stride = 3 * self._line // 4
        rows = b"".join(b"\0" + rgb[i * stride:i * stride + 3 * self.width] for i in range(self.height))

        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        Path(path).write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0))
                               + chunk(b"IDAT", zlib.compress(rows, 4)) + chunk(b"IEND", b""))
