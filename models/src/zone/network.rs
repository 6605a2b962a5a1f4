//! The network: two hidden layers over a window. It sees each column of a strip by itself.

use super::window::{PIXELS, cut};
use crate::encoder::weights::sha256;
use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder, linear, ops};
use guichet_pipeline::engines::{COLUMN_STEP, Letters, ZONE_CLASSES};
use image::GrayImage;
use serde::Deserialize;

/// The weights that ship.
const WEIGHTS: &[u8] = include_bytes!("../../weights/bandes/bandes.safetensors");
/// What came with them.
const MANIFEST: &str = include_str!("../../weights/bandes/manifest.toml");
/// Numbers of the hidden layers.
const HIDDEN: [usize; 2] = [192, 96];

/// Why the reader of zones was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum ZoneError {
    /// The manifest does not parse.
    #[error("the manifest of the weights of zones does not parse")]
    Manifest(#[from] toml::de::Error),
    /// The file is not that of the manifest.
    #[error("bandes.safetensors is not the file of the manifest")]
    Hash,
    /// The tensors are not those of the network.
    #[error("the weights of zones cannot be used")]
    Unfit(#[from] candle_core::Error),
}

/// `manifest.toml`, of which the hash is looked at here.
#[derive(Debug, Deserialize)]
struct Manifest {
    file: Vec<Listed>,
}

#[derive(Debug, Deserialize)]
struct Listed {
    sha256: String,
}

/// The network with its weights.
#[derive(Clone, Debug)]
pub struct ZoneNet {
    layers: [Linear; 3],
}

impl ZoneNet {
    /// Loads the weights that ship with the program.
    ///
    /// # Errors
    /// When they are not those of the manifest.
    pub fn shipped() -> std::result::Result<Self, ZoneError> {
        let manifest: Manifest = toml::from_str(MANIFEST)?;
        if manifest.file.first().is_none_or(|listed| listed.sha256 != sha256(WEIGHTS)) {
            return Err(ZoneError::Hash);
        }
        Ok(Self::read(WEIGHTS)?)
    }

    /// Reads weights from the bytes of a safetensors file.
    ///
    /// # Errors
    /// When they are no such file, or of another network.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        Self::new(VarBuilder::from_slice_safetensors(bytes, DType::F32, &Device::Cpu)?)
    }

    /// Builds the network on weights that are given or drawn.
    ///
    /// # Errors
    /// When a weight is not there.
    pub fn new(weights: VarBuilder<'_>) -> Result<Self> {
        let [first, second] = HIDDEN;
        Ok(Self {
            layers: [
                linear(PIXELS, first, weights.pp("first"))?,
                linear(first, second, weights.pp("second"))?,
                linear(second, ZONE_CLASSES, weights.pp("last"))?,
            ],
        })
    }

    /// Gives the scores `[windows, classes]` of windows `[windows, pixels]`.
    ///
    /// # Errors
    /// When the windows are of another size.
    pub fn scores(&self, windows: &Tensor) -> Result<Tensor> {
        let [first, second, last] = &self.layers;
        last.forward(&second.forward(&first.forward(windows)?.relu()?)?.relu()?)
    }

    /// Tells the letters of a strip, see [`guichet_pipeline::engines::Ocr::zone_letters`].
    ///
    /// # Errors
    /// When memory is out.
    pub fn letters(&self, strip: &GrayImage) -> Result<Vec<Letters>> {
        let middles: Vec<i64> = (0..i64::from(strip.width())).step_by(COLUMN_STEP as usize).collect();
        if middles.is_empty() {
            return Ok(Vec::new());
        }
        let pixels: Vec<f32> = middles.iter().flat_map(|&middle| cut(strip, middle)).collect();
        let windows = Tensor::from_vec(pixels, (middles.len(), PIXELS), &Device::Cpu)?;
        let chances = ops::log_softmax(&self.scores(&windows)?, D::Minus1)?.to_vec2::<f32>()?;
        Ok(chances.into_iter().filter_map(|column| column.try_into().ok()).collect())
    }
}
