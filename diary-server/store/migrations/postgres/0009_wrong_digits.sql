-- Wrong digits are counted link by link without reading the whole trail.

CREATE INDEX trail_wrong_digits ON trail (target) WHERE what = 'device.wrong-digits';
